import { updateJson, writeJson, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';

import { findImages } from './find-images';

let tree: Tree;

beforeEach(() => {
  tree = createTreeWithEmptyWorkspace({ layout: 'apps-libs', formatter: 'none' });
});

const writeProject = (root: string, targets: object, more: object = {}): void =>
  writeJson(tree, `${root}/project.json`, { ...more, targets });
const publish = { executor: 'nx-oci:publish' };
const build = (options: object) => ({ executor: 'nx-oci:build', options });

it('finds images inferred from a Dockerfile, even in a package outside of workspaces', async () => {
  tree.write('apps/api/Containerfile', 'FROM scratch\n');
  writeJson(tree, 'apps/api/package.json', { name: '@acme/api', nx: { tags: ['scope:shop'] } });
  expect(await findImages(tree)).toEqual([
    { name: '@acme/api', root: 'apps/api', tags: ['scope:shop'], publishTarget: 'publish', engine: 'docker' },
  ]);
});

it('finds configured targets, whatever their names', async () => {
  writeProject('apps/web', { oci: build({ base: 'scratch' }), push: publish }, { name: 'web', tags: ['mine'] });
  expect(await findImages(tree)).toEqual([{ name: 'web', root: 'apps/web', tags: ['mine'], publishTarget: 'push', engine: 'native' }]);
});

it.each<[string, object, boolean, string | undefined]>([
  ['an engine', { image: build({ engine: 'docker' }), publish }, false, 'docker'],
  ['a Dockerfile elsewhere', { image: build({ dockerfile: 'docker/web' }), publish }, false, 'docker'],
  ['layers', { image: build({ layers: [] }), publish }, false, 'native'],
  [
    'an engine that is another one than the Dockerfile wants',
    { image: build({ engine: 'native', base: 'scratch' }), publish },
    true,
    'native',
  ],
  ['options alone, beside a Dockerfile', { image: { options: { target: 'prod' } } }, true, 'docker'],
  ['nothing beside a Dockerfile', {}, true, 'docker'],
  ['nothing that tells', { publish }, false, undefined],
])('detects the engine by %s', async (_, targets, hasDockerfile, engine) => {
  writeProject('apps/web', targets, { name: 'web' });
  if (hasDockerfile) tree.write('apps/web/Dockerfile', 'FROM scratch\n');
  expect((await findImages(tree)).map((image) => image.engine)).toEqual([engine]);
});

it('uses the names of the plugin options, and infers nothing if that is switched off', async () => {
  tree.write('apps/api/Dockerfile', 'FROM scratch\n');
  writeProject('apps/api', {}, { name: 'api' });
  updateJson(tree, 'nx.json', (json: object) => ({ ...json, plugins: [{ plugin: 'nx-oci', options: { publishTargetName: 'push' } }] }));
  expect((await findImages(tree)).map(({ publishTarget }) => publishTarget)).toEqual(['push']);
  updateJson(tree, 'nx.json', (json: object) => ({ ...json, plugins: [{ plugin: 'nx-oci', options: { infer: false } }] }));
  expect(await findImages(tree)).toEqual([]);
});

it('omits projects that nx.json excludes', async () => {
  for (const name of ['api', 'api-e2e', 'web']) {
    tree.write(`apps/${name}/Dockerfile`, 'FROM scratch\n');
    writeProject(`apps/${name}`, name === 'web' ? { publish } : {}, { name });
  }
  const inferred = { publish: { executor: 'nx-oci:publish' } };
  const resolved = {
    api: { root: 'apps/api', targets: inferred },
    'api-e2e': { root: 'apps/api-e2e', targets: {} },
    web: { root: 'apps/web', targets: {} },
  };
  expect((await findImages(tree, resolved)).map(({ name }) => name)).toEqual(['api', 'web']);
  expect((await findImages(tree)).map(({ name }) => name)).toEqual(['api', 'api-e2e', 'web']);
});

it('skips projects without an image, and folders outside of the workspace', async () => {
  writeProject('libs/ui', { build: { executor: 'x:y' } }, { name: 'ui' });
  tree.write('dist/apps/api/Dockerfile', 'FROM scratch\n');
  writeProject('dist/apps/api', {}, { name: 'built' });
  expect(await findImages(tree)).toEqual([]);
});
