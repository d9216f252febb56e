import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { addProjectConfiguration, logger, updateJson, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';

import { initGenerator } from './generator';

const PACKAGE = join(__dirname, '../../..');

const WORKFLOW = `on: { push: { branches: [main] } }
jobs:
  images:
    runs-on: ubuntu-latest
    steps:
      - uses: docker/build-push-action@v6
        with: { context: ., file: apps/api/Dockerfile, push: true, tags: ghcr.io/acme/api:latest }
`;

let tree: Tree;
beforeEach(() => {
  tree = createTreeWithEmptyWorkspace({ layout: 'apps-libs', formatter: 'none' });
  updateJson(tree, 'package.json', (json: object) => ({ ...json, devDependencies: { 'nx-oci': '0.0.1' } }));
});

async function init(): Promise<string> {
  const done = await initGenerator(tree);
  const info = jest.spyOn(logger, 'info').mockImplementation();
  try {
    await done();
    return info.mock.calls.join('\n');
  } finally {
    info.mockRestore();
  }
}

/** The commands below `Next:`. */
const commandsIn = (text: string): readonly string[] =>
  [...(text.split('Next:\n')[1] ?? '').matchAll(/^ {2}(?! )(.+)$/gm)].map(([, command]) => command ?? '');

function addApplication(name: string): void {
  addProjectConfiguration(tree, name, { root: `apps/${name}`, projectType: 'application', targets: { build: {} } });
}

it('lists every step in an empty workspace, in the order in which they are run', async () => {
  const text = await init();
  expect(text).toContain('Registries in registries.yaml: local.\nNo project has a Dockerfile or publishes an image yet.');
  expect(commandsIn(text)).toEqual([
    'npx oci-registry --port 5080 --folder tmp/registry',
    'npx nx g nx-oci:image <project>',
    'npx nx run <project>:publish',
    'npx nx g nx-oci:registry',
    'npx nx g nx-oci:ci',
  ]);
});

it('names a project, and the registry of the place where the repository is', async () => {
  addApplication('shop-e2e');
  addApplication('shop');
  updateJson(tree, 'package.json', (json: object) => ({ ...json, repository: 'github:acme/shop' }));
  const text = await init();
  expect(text).toContain('Repository: github.com/acme/shop.');
  expect(commandsIn(text)).toEqual(
    expect.arrayContaining(['npx nx g nx-oci:image shop', 'npx nx g nx-oci:registry --kind=ghcr', 'npx nx run shop:publish']),
  );
  updateJson(tree, 'package.json', (json: object) => ({ ...json, repository: 'https://gitlab.corp.lan/group/shop.git' }));
  expect(commandsIn(await init())).toContain('npx nx g nx-oci:registry --kind=gitlab');
});

it.each<[string, () => void]>([
  ['a workflow with docker/build-push-action', () => tree.write('.github/workflows/images.yml', WORKFLOW)],
  [
    'nx-container',
    () => {
      const container = { executor: '@nx-tools/nx-container:build', options: { metadata: { images: ['ghcr.io/acme/api'] } } };
      addProjectConfiguration(tree, 'api', { root: 'apps/api', projectType: 'application', targets: { container } });
    },
  ],
])('begins with taking over what %s publishes', async (_tool, prepare) => {
  prepare();
  expect(commandsIn(await init())[0]).toBe('npx nx g nx-oci:migrate');
  tree.write('registries.yaml', 'registries:\n  ghcr: { host: ghcr.io, namespace: acme }\n');
  expect(await init()).not.toContain('nx-oci:migrate');
});

it.each([
  ['registries.yaml', 'registries:\n  ghcr:\n'],
  ['registries.yaml', 'registries: [a, b]\n'],
  ['registries.yaml', 'registries: {\n'],
  ['.github/workflows/images.yml', 'jobs: { a: [ : }\n'],
  ['.github/workflows/images.yml', 'jobs:\n  a: null\n'],
  ['.gitlab-ci.yml', '\t'],
])('still lists the steps if %s is %j', async (file, text) => {
  tree.write(file, text);
  expect(commandsIn(await init())).toContain('npx nx g nx-oci:registry');
});

it('says what is wrong with registries.yaml, instead of that it has no registry', async () => {
  tree.write('registries.yaml', 'registries:\n  ghcr:\n    hots: ghcr.io\n');
  const text = await init();
  expect(text).toContain('registries.yaml cannot be used until it is corrected:\n  registries.yaml:3:5 unknown key `hots`');
  expect(text).not.toContain('Registries in registries.yaml');
});

it('leaves out what is done', async () => {
  addApplication('api');
  tree.write('apps/api/Dockerfile', 'FROM scratch\n');
  tree.write('registries.yaml', 'registries:\n  ghcr: { host: ghcr.io, namespace: acme }\n');
  tree.write('.github/workflows/publish.yml', 'run: npx nx affected -t publish\n');
  const text = await init();
  expect(text).toContain('Registries in registries.yaml: ghcr.');
  expect(commandsIn(text)).toEqual(['npx nx run api:publish']);
});

it.each([
  ['npm', 'package-lock.json', 'npx'],
  ['pnpm', 'pnpm-lock.yaml', 'pnpm exec'],
  ['yarn', 'yarn.lock', 'yarn'],
  ['bun', 'bun.lock', 'bun'],
])('shows commands that exist with %s', async (_name, lockFile, exec) => {
  tree.write(lockFile, '');
  const { generators } = JSON.parse(readFileSync(join(PACKAGE, 'generators.json'), 'utf8')) as { generators: Record<string, unknown> };
  const { bin } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as { bin: Record<string, string> };
  const commands = commandsIn(await init());
  expect(commands).toHaveLength(5);
  for (const command of commands) {
    expect(command.startsWith(`${exec} `)).toBe(true);
    const [program = '', ...words] = command.slice(exec.length + 1).split(' ');
    if (program === 'nx' && words[0] === 'g') expect(generators).toHaveProperty([words[1]?.replace('nx-oci:', '') ?? '']);
    else if (program !== 'nx') expect(existsSync(join(PACKAGE, bin[program] ?? 'missing'))).toBe(true);
  }
});
