import { existsSync, readdirSync, readFileSync, readlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';

import { DependenciesWorkspace } from './testing/dependencies-workspace';
import { startPackageRegistry, type PackageRegistry } from './testing/package-registry';
import { PACKAGES } from './testing/packages';

const TOKEN = 'npm_0123456789abcdefghijklmnopqrstuvwxyz';
const API = { name: 'api', version: '1.0.0', dependencies: { plain: '1.0.0', prebuilt: '1.0.0' }, devDependencies: { tool: '1.0.0' } };
const LOCK = ['npm', 'install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund'];

/** npm takes seconds to write a lock file. */
const locks = new Map<string, string>();

let registry: PackageRegistry;
let workspace: DependenciesWorkspace;
const env = () => ({ ...process.env, API_TOKEN: TOKEN });

/** With a lock file that npm wrote. */
async function prepare(manifest: object): Promise<void> {
  workspace.write('dist/api/package.json', manifest);
  workspace.write('dist/api/.npmrc', settings(TOKEN));
  const key = JSON.stringify(manifest);
  const known = locks.get(key);
  if (known === undefined) await workspace.lock(LOCK);
  else workspace.write('dist/api/package-lock.json', known);
  locks.set(key, readFileSync(join(workspace.root, 'dist/api/package-lock.json'), 'utf8'));
  workspace.write('dist/api/.npmrc', '');
}

const prepared = (folders: readonly string[]) => {
  for (const name of folders) workspace.write(`dist/image-dependencies/${name}/package.json`, '{}');
};

const settings = (token: string) =>
  `registry=${registry.url}\n${registry.url.replace('http:', '')}:_authToken=${token}\ncache=${join(workspace.root, '.cache')}\n`;

beforeAll(async () => {
  registry = await startPackageRegistry(PACKAGES, TOKEN);
});
afterAll(() => registry.close());

beforeEach(() => {
  workspace = new DependenciesWorkspace();
  workspace.write('.npmrc', settings('${API_TOKEN}'));
});
afterEach(() => workspace.remove());

it('installs what a program needs at run time, without build dependencies', async () => {
  await prepare(API);
  await workspace.install({}, env());
  expect(workspace.installed()).toEqual(['plain', 'prebuilt', 'prebuilt-linux-x64-gnu']);
  expect(workspace.printed).toEqual(['Installed 3 packages for linux x64 (glibc) with npm.']);
});

it.each([
  [{ libc: 'musl' }, 'prebuilt-linux-x64-musl'],
  [{ platform: 'linux/arm64' }, 'prebuilt-linux-arm64-gnu'],
] as const)('installs the prebuilt files for %j', async (options, name) => {
  await prepare(API);
  await workspace.install(options, env());
  expect(workspace.installed()).toEqual(['plain', 'prebuilt', name]);
});

it('installs the prebuilt files of each platform into a separate folder, and leaves nothing of an earlier install', async () => {
  await prepare(API);
  await workspace.install({}, env());
  await workspace.install({ platforms: ['linux/amd64', 'linux/arm64'] }, env());
  expect(readdirSync(workspace.output).sort()).toEqual(['linux-amd64', 'linux-arm64']);
  const installed = (folder: string) => readdirSync(join(workspace.output, folder, 'node_modules')).filter((name) => !name.startsWith('.'));
  expect(installed('linux-amd64')).toEqual(['plain', 'prebuilt', 'prebuilt-linux-x64-gnu']);
  expect(installed('linux-arm64')).toEqual(['plain', 'prebuilt', 'prebuilt-linux-arm64-gnu']);
  await workspace.install({}, env());
  expect(readdirSync(workspace.output)).toEqual(['node_modules']);
});

it('refuses `platform` together with `platforms`, and an empty list', async () => {
  await prepare(API);
  expect(await workspace.failure({ platform: 'linux/arm64', platforms: ['linux/amd64'] }, env())).toContain('both set → remove one');
  expect(await workspace.failure({ platforms: [] }, env())).toContain('name one platform at least');
  expect(await workspace.failure({ platforms: ['linux/amd64', 'windows/amd64'] }, env())).toContain('another platform of Linux');
});

it('writes the same files if only the version of the project differs', async () => {
  await prepare(API);
  await workspace.install({}, env());
  const first = workspace.contents();
  await prepare({ ...API, version: '2.0.0' });
  await workspace.install({}, env());
  expect(workspace.contents()).toEqual(first);
  expect(Object.keys(first)).toContain('node_modules/.bin/plain');
});

it('does not write the token of the workspace into its output, messages or reports', async () => {
  await prepare(API);
  await workspace.install({}, env());
  expect(readdirSync(workspace.output)).toEqual(['node_modules']);
  expect(readdirSync(join(workspace.root, 'dist/image-dependencies'))).toEqual(['api']);
  const said = await workspace.failure({}, { ...env(), API_TOKEN: `${TOKEN}x` });
  expect(said).toContain('401');
  expect([said, ...workspace.printed].join('\n')).not.toContain(TOKEN);
});

it('does not run install scripts, and lists the packages whose add-ons need them', async () => {
  await prepare({ ...API, dependencies: { compiled: '1.0.0' } });
  await workspace.install({}, env());
  expect(existsSync(join(workspace.output, 'node_modules/compiled/compiled-here'))).toBe(false);
  expect(workspace.printed[1]).toMatch(
    /^Warning: compiled has a native add-on, and none for linux x64 \(glibc\): install scripts were not run\. → /,
  );
});

it('runs them on request, on a machine of the same platform', async () => {
  await prepare({ ...API, dependencies: { compiled: '1.0.0' } });
  const other = process.arch === 'x64' ? 'linux/arm64' : 'linux/amd64';
  expect(await workspace.failure({ scripts: true, platform: other }, env())).toContain('install scripts make files for this machine');
  if (process.platform !== 'linux' || process.arch !== 'x64') return;
  await workspace.install({ scripts: true }, env());
  expect(existsSync(join(workspace.output, 'node_modules/compiled/compiled-here'))).toBe(true);
});

it('keeps libraries of the workspace at the targets of their links', async () => {
  workspace.write('dist/api/workspace_modules/@acme/lib/package.json', {
    name: '@acme/lib',
    version: '1.0.0',
    dependencies: { plain: '1.0.0' },
  });
  await prepare({ ...API, dependencies: { '@acme/lib': 'file:./workspace_modules/@acme/lib' } });
  await workspace.install({}, env());
  expect(readlinkSync(join(workspace.output, 'node_modules/@acme/lib'))).toBe('../../workspace_modules/@acme/lib');
  expect(readdirSync(workspace.output)).toEqual(['node_modules', 'workspace_modules']);
  expect(workspace.installed()).toEqual(['@acme', 'plain']);
});

it('removes the files of a killed install, but not of a running one', async () => {
  prepared(['.api-abcdef', '.api-ghijkl', '.other-abcdef']);
  const longAgo = new Date(Date.now() - 2 * 60 * 60 * 1000);
  for (const name of ['.api-abcdef', '.other-abcdef']) utimesSync(join(workspace.root, 'dist/image-dependencies', name), longAgo, longAgo);
  await prepare(API);
  await workspace.install({}, env());
  expect(readdirSync(join(workspace.root, 'dist/image-dependencies'))).toEqual(['.api-ghijkl', '.other-abcdef', 'api']);
});

it('shows the error of npm, and keeps the previous output', async () => {
  await prepare(API);
  await workspace.install({}, env());
  workspace.write('dist/api/package.json', { ...API, dependencies: { ...API.dependencies, compiled: '1.0.0' } });
  const said = await workspace.failure({}, env());
  expect(said).toMatch(/Cannot install the dependencies of api: npm ci ended with 1\.\n(.*\n)*.*in sync/);
  expect(workspace.installed()).toContain('plain');
});

it('refuses a folder without package.json or lock file, and explains how to create them', async () => {
  expect(await workspace.failure({}, env())).toMatch(/has no package\.json\.(.|\n)*prune-lockfile/);
  workspace.write('dist/api/package.json', API);
  expect(await workspace.failure({}, env())).toMatch(/has no lock file(.|\n)*generatePackageJson/);
});

it('refuses code that loads a package which only the workspace has', async () => {
  await prepare(API);
  workspace.write('node_modules/tslib/package.json', { name: 'tslib' });
  workspace.write(
    'dist/api/main.js',
    'const t = require("tslib"); require("node:fs"); require("plain/x"); require("./a"); require("never");',
  );
  expect(await workspace.failure({}, env())).toMatch(
    /loads packages that its package\.json does not name(.|\n)*tslib \(main\.js\)\n(.|\n)*Add tslib to/,
  );
  await workspace.install({ optional: 'tslib' }, env());
});
