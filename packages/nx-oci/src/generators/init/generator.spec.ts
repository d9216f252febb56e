import { addProjectConfiguration, logger, readJson, readNxJson, updateJson, updateNxJson, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { parseRegistries } from '@nx-oci/publish';
import { makeWorkspace } from '@nx-oci/publish/testing';

import { initGenerator } from './generator';

let tree: Tree;

beforeEach(() => {
  tree = createTreeWithEmptyWorkspace({ layout: 'apps-libs', formatter: 'none' });
});

const contentsOf = (): Readonly<Record<string, string | null>> =>
  Object.fromEntries(tree.listChanges().map(({ path }) => [path, tree.read(path, 'utf8')]));

it('registers the plugin, writes a starter, hides build output from git and adds the dependency', async () => {
  await initGenerator(tree);
  expect(readNxJson(tree)?.plugins).toEqual(['nx-oci']);
  expect(tree.read('.gitignore', 'utf8')?.split('\n')).toContain('dist');
  expect(readJson(tree, 'package.json').devDependencies['nx-oci']).toMatch(/^\d+\.\d+\.\d+/);
});

it('writes a valid starter that guards its tags and needs no variable', async () => {
  await initGenerator(tree);
  const { problems, content } = parseRegistries(tree.read('registries.yaml', 'utf8') ?? '');
  expect(problems).toEqual([]);
  expect(content).toEqual({
    registries: { local: { host: 'localhost:${NX_OCI_PORT:-5080}' } },
    publish: { tags: ['sha', 'major', 'latest'] },
  });
});

it('changes nothing the second time', async () => {
  await initGenerator(tree);
  const first = contentsOf();
  await initGenerator(tree);
  expect(contentsOf()).toEqual(first);
});

it('keeps existing settings of a workspace', async () => {
  updateNxJson(tree, { ...readNxJson(tree), plugins: ['@nx/js', { plugin: 'nx-oci', options: { infer: false } }] });
  updateJson(tree, 'package.json', (json: object) => ({ ...json, dependencies: { 'nx-oci': '0.0.1' } }));
  tree.write('registries.yaml', 'registries: {} # mine\n');
  tree.write('.gitignore', 'node_modules\n/dist/\n.nx/cache\ntmp\n');
  await initGenerator(tree);
  expect(readNxJson(tree)?.plugins).toEqual(['@nx/js', { plugin: 'nx-oci', options: { infer: false } }]);
  expect(readJson(tree, 'package.json')).toMatchObject({ dependencies: { 'nx-oci': '0.0.1' }, devDependencies: {} });
  expect(tree.read('registries.yaml', 'utf8')).toBe('registries: {} # mine\n');
  expect(tree.read('.gitignore', 'utf8')).toBe('node_modules\n/dist/\n.nx/cache\ntmp\n');
});

it('ends the last line of .gitignore before it adds one', async () => {
  tree.write('.gitignore', 'node_modules');
  await initGenerator(tree);
  expect(tree.read('.gitignore', 'utf8')).toBe('node_modules\ndist\n.nx\ntmp\n');
});

it.each(['{}', '"nx-oci"'])('refuses an nx.json whose plugins are %s, before it writes anything', async (plugins) => {
  tree.write('nx.json', `{ "plugins": ${plugins} }`);
  await expect(initGenerator(tree)).rejects.toThrow(/`plugins` of nx\.json is not a list\.\nNothing was written\. Make it a list/);
  expect(tree.exists('registries.yaml')).toBe(false);
});

it('prints the next steps', async () => {
  updateJson(tree, 'package.json', (json: object) => ({ ...json, devDependencies: { 'nx-oci': '0.0.1' } }));
  const info = jest.spyOn(logger, 'info').mockImplementation();
  await (
    await initGenerator(tree)
  )();
  expect(info.mock.calls.join()).toContain('npx nx g nx-oci:registry');
  info.mockRestore();
});

describe('with projects that have a Dockerfile', () => {
  async function init(): Promise<string> {
    const done = await initGenerator(tree);
    const info = jest.spyOn(logger, 'info').mockImplementation();
    await done();
    const text = info.mock.calls.join('\n');
    info.mockRestore();
    return text;
  }

  beforeEach(() => {
    updateJson(tree, 'package.json', (json: object) => ({ ...json, devDependencies: { 'nx-oci': '0.0.1' } }));
    addProjectConfiguration(tree, '@shop/api', { root: 'apps/api', targets: {} });
    addProjectConfiguration(tree, '@shop/api-e2e', { root: 'apps/api-e2e', targets: {} });
    tree.write('apps/api/Dockerfile', 'FROM scratch\nCOPY dist/apps/api /\n');
    tree.write('apps/api-e2e/Dockerfile', 'FROM scratch\nCOPY . .\n');
  });

  it('lists their targets and contexts, and how to exclude one', async () => {
    const text = await init();
    expect(text).toContain('Projects with a Dockerfile now have the targets image and publish:');
    expect(text).toContain('@shop/api  apps/api/Dockerfile, with the workspace root as its context');
    expect(text).toContain('@shop/api-e2e  apps/api-e2e/Dockerfile. The context is apps/api-e2e, which is the default');
    expect(text).toContain('{ "plugin": "nx-oci", "exclude": ["apps/api/**"] }');
    expect(text).not.toContain('@nx/docker');
  });

  it('explains the effect on @nx/docker if that is also used', async () => {
    updateNxJson(tree, { ...readNxJson(tree), plugins: ['@nx/docker'] });
    expect(await init()).toContain('@nx/docker keeps its targets.');
  });

  it('writes nothing into projects that are completely inferred', async () => {
    await init();
    expect(readJson(tree, 'apps/api/project.json').targets).toEqual({});
  });
});

it('prints commands for the package manager of the workspace', async () => {
  tree.write('pnpm-lock.yaml', "lockfileVersion: '9.0'\n");
  await initGenerator(tree);
  expect(tree.read('registries.yaml', 'utf8')).toContain('pnpm exec oci-registry --port 5080');
});

it('proposes the form of existing git tags if nx.json would accept none of them', async () => {
  const workspace = makeWorkspace();
  try {
    workspace.write('file', '1');
    workspace.commit('first');
    for (const tag of ['3.58.0', '3.59.0', 'nightly']) workspace.git('tag', tag);
    updateJson(tree, 'package.json', (json: object) => ({ ...json, devDependencies: { 'nx-oci': '0.0.1' } }));
    Object.defineProperty(tree, 'root', { value: workspace.root });
    const info = jest.spyOn(logger, 'info').mockImplementation();
    const run = async (): Promise<string> => {
      info.mockClear();
      await (
        await initGenerator(tree)
      )();
      return info.mock.calls.join('\n');
    };
    expect(await run()).toMatch(/tags are of the form \{version\} \(3\.5\d\.0\)[^]*"release": \{ "releaseTag.*\{version\}/);
    workspace.git('tag', 'v4.0.0');
    expect(await run()).not.toContain('of the form');
    workspace.git('tag', '-d', '3.58.0', '3.59.0');
    expect(await run()).not.toContain('of the form');
    info.mockRestore();
  } finally {
    workspace.remove();
  }
});
