import { addProjectConfiguration, readJson, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';

import { findInferredProjects } from './inferred-projects';
import { writeResolved } from './write-resolved';

let tree: Tree;
beforeEach(() => {
  tree = createTreeWithEmptyWorkspace({ layout: 'apps-libs', formatter: 'none' });
});

// Only the graph has what other plugins infer.
const graph = {
  api: {
    root: 'apps/api',
    targets: {
      build: { outputs: ['{workspaceRoot}/out/{projectName}'] },
      prune: { executor: 'nx:noop' },
      'prune-lockfile': { executor: '@nx/js:prune-lockfile' },
    },
  },
};

async function writeFor(targets: object): Promise<unknown> {
  addProjectConfiguration(tree, 'api', { root: 'apps/api', targets: { ...targets } });
  tree.write('apps/api/Dockerfile', 'FROM scratch\nCOPY out/api /\n');
  tree.write('apps/api/package.json', '{}');
  writeResolved(tree, await findInferredProjects(tree, graph));
  return readJson(tree, 'apps/api/project.json').targets;
}

it('writes the tasks and the context that only targets of other plugins show', async () => {
  expect(await writeFor({})).toEqual({ image: { dependsOn: ['build', 'prune'], options: { context: '.' } } });
});

it('keeps a target that its project has configured', async () => {
  expect(await writeFor({ image: { dependsOn: ['mine'] } })).toEqual({ image: { dependsOn: ['mine'] } });
});

it('writes nothing if inference gives the same', async () => {
  expect(await writeFor(graph.api.targets)).toEqual(graph.api.targets);
});
