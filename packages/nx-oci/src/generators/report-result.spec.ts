import { addProjectConfiguration, logger, type GeneratorCallback, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';

import { ciGenerator } from './ci/generator';
import { imageGenerator } from './image/generator';
import { initGenerator } from './init/generator';
import { migrateGenerator } from './migrate/generator';
import { registryGenerator } from './registry/generator';

const WORKFLOW = `on: push
jobs:
  publish:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v6
        with: { context: apps/api, push: true, tags: 'ghcr.io/acme/api:main' }
`;

function writeWorkspace(): Tree {
  const tree = createTreeWithEmptyWorkspace({ layout: 'apps-libs', formatter: 'none' });
  addProjectConfiguration(tree, 'api', { root: 'apps/api', projectType: 'application', targets: {} });
  tree.write('.github/workflows/images.yml', WORKFLOW);
  tree.write('apps/api/Dockerfile', 'FROM scratch\nCOPY . /app\n');
  return tree;
}

/** What is printed before Nx would write the files. */
async function printedAtOnce(generate: (tree: Tree) => Promise<GeneratorCallback>, isDryRun: boolean): Promise<string> {
  const info = jest.spyOn(logger, 'info').mockImplementation();
  const before = process.env['NX_DRY_RUN'];
  process.env['NX_DRY_RUN'] = `${isDryRun}`;
  try {
    await generate(writeWorkspace());
    return info.mock.calls.join('\n');
  } finally {
    if (before === undefined) delete process.env['NX_DRY_RUN'];
    else process.env['NX_DRY_RUN'] = before;
    info.mockRestore();
  }
}

const REGISTRIES = 'registries:\n  local: { host: localhost:5080 }\n';

function withRegistries(tree: Tree): Tree {
  tree.write('registries.yaml', REGISTRIES);
  return tree;
}

describe.each<readonly [string, (tree: Tree) => Promise<GeneratorCallback>, RegExp]>([
  ['init', (tree) => initGenerator(tree), /nx-oci is ready/],
  ['registry', (tree) => registryGenerator(tree, { kind: 'ghcr', namespace: 'acme' }, { argv: [], env: {} }), /write:packages/],
  ['image', (tree) => imageGenerator(tree, { project: 'api' }, []), /wrote the targets of api/],
  ['ci', (tree) => ciGenerator(withRegistries(tree), { provider: 'github' }, []), /publish\.yml/],
  ['migrate', (tree) => migrateGenerator(tree, {}, []), /push to main:/],
])('the generator %s', (_name, generate, text) => {
  it('says the same in a dry run, for which Nx calls no callback', async () => {
    expect(await printedAtOnce(generate, true)).toMatch(text);
  });

  it('waits until the files are written', async () => {
    expect(await printedAtOnce(generate, false)).toBe('');
  });
});
