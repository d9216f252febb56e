import { addProjectConfiguration, type ProjectConfiguration, readJson, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';

import { logger } from '../../nx/devkit';
import { imageGenerator } from './generator';

let tree: Tree;

beforeEach(() => {
  tree = createTreeWithEmptyWorkspace({ layout: 'apps-libs', formatter: 'none' });
});

// What Nx 23 generates for a service.
const NX_DOCKERFILE =
  'FROM docker.io/node:lts-alpine\n\nENV HOST=0.0.0.0\nWORKDIR /app\nCOPY dist .\nRUN npm --omit=dev -f install\nCMD [ "node", "main.js" ]\n';
const NX_TARGETS = { prune: { executor: 'nx:noop' }, 'prune-lockfile': {}, 'docker:build': { dependsOn: ['build', 'prune'] } };

/** @returns its output */
async function generate(more: object = {}): Promise<string> {
  const done = await imageGenerator(tree, { project: 'api', ...more });
  const info = jest.spyOn(logger, 'info').mockImplementation();
  try {
    await done();
    return info.mock.calls.join('\n');
  } finally {
    info.mockRestore();
  }
}

function addApi(targets: NonNullable<ProjectConfiguration['targets']>, dockerfile: string, path = 'apps/api/Dockerfile'): void {
  addProjectConfiguration(tree, 'api', { root: 'apps/api', projectType: 'application', targets });
  tree.write(path, dockerfile);
}

const image = () => readJson<ProjectConfiguration>(tree, 'apps/api/project.json').targets?.['image'] ?? {};

describe('a path that a Dockerfile copies and no build writes', () => {
  const elsewhere = { build: { executor: 'x:y', outputs: ['{workspaceRoot}/dist/{projectRoot}'] } };

  it('is named with its line and with what the build writes, as for a service that Nx builds into dist of the workspace', async () => {
    addApi(elsewhere, NX_DOCKERFILE);
    expect(await generate()).toContain(
      'Warning: apps/api/Dockerfile copies `dist` (line 5) from apps/api, where neither git nor a target has it; the build writes dist/apps/api. → Copy dist/apps/api instead, or have the build write apps/api/dist.',
    );
  });

  it.each<[string, NonNullable<ProjectConfiguration['targets']>, string]>([
    ['the build writes it', { build: { executor: 'x:y', outputs: ['{projectRoot}/dist'] } }, NX_DOCKERFILE],
    ['another target writes it', { ...elsewhere, docs: { outputs: ['{projectRoot}/dist/docs'] } }, NX_DOCKERFILE],
    ['the build declares no outputs', { build: { executor: 'x:y' } }, NX_DOCKERFILE],
    ['it is the output folder of the build', elsewhere, 'FROM scratch\nCOPY dist/apps/api /app\n'],
    ['everything is copied', elsewhere, 'FROM scratch\nCOPY . .\n'],
  ])('is not reported if %s', async (_, targets, text) => {
    addApi(targets, text);
    expect(await generate()).not.toContain('Warning');
  });
});

it("waits for Nx's prune only in a project with a package.json, without which it always fails", async () => {
  addApi({ build: { executor: 'x:y', outputs: ['{projectRoot}/dist'] }, ...NX_TARGETS }, NX_DOCKERFILE);
  await generate();
  expect(image().dependsOn).toEqual(['build']);
  tree.write('apps/api/package.json', '{ "name": "api" }');
  await generate({ force: true });
  expect(image().dependsOn).toEqual(['build', 'prune']);
});

it('says that nothing tests the image, until something does', async () => {
  addApi({}, 'FROM scratch\n');
  const note = 'Nothing tests this image before it is published. For a test: npx nx g nx-oci:image api --test';
  expect(await generate()).toContain(note);
  expect(await generate({ test: true })).not.toContain(note);
  expect(await generate()).not.toContain(note);
});

it('finds a Dockerfile in the folder docker of its project', async () => {
  addApi({}, 'FROM scratch\n', 'apps/api/docker/Dockerfile');
  expect(await generate()).toContain('Kind: dockerfile (apps/api/docker/Dockerfile)');
  expect(image().options).toMatchObject({ dockerfile: 'apps/api/docker/Dockerfile' });
});

it('says where the platforms of a Dockerfile are written', async () => {
  addApi({}, NX_DOCKERFILE);
  await expect(generate({ platforms: ['linux/amd64,linux/arm64'] })).rejects.toThrow(
    '--platforms is for an image from files → for a Dockerfile, write "engine": "buildx", "platforms": ["linux/amd64","linux/arm64"] into the options',
  );
});
