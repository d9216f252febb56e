import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { describeWithManager } from './testing/describe-with-manager';
import { DependenciesWorkspace } from './testing/dependencies-workspace';
import { startPackageRegistry, type PackageRegistry } from './testing/package-registry';
import { PACKAGES } from './testing/packages';

const TOKEN = 'npm_0123456789abcdefghijklmnopqrstuvwxyz';
const API = { name: 'api', version: '1.0.0', dependencies: { plain: '1.0.0', prebuilt: '1.0.0' }, devDependencies: { tool: '1.0.0' } };

const MANAGERS = [
  ['pnpm', ['pnpm', 'install', '--lockfile-only', '--ignore-workspace']],
  ['yarn', ['yarn', 'install', '--ignore-scripts', '--ignore-platform', '--non-interactive']],
  ['yarn-4', ['yarn', 'install', '--mode=update-lockfile']],
  ['bun', ['bun', 'install', '--lockfile-only']],
] as const;

describe.each(MANAGERS)('dependencies by %s', (name, lock) => {
  describeWithManager(name, ({ program, path }) => {
    const isBerry = name === 'yarn-4';
    let registry: PackageRegistry;
    let workspace: DependenciesWorkspace;
    let env: NodeJS.ProcessEnv;

    beforeAll(async () => {
      registry = await startPackageRegistry(PACKAGES, TOKEN);
    });
    afterAll(() => registry.close());

    beforeEach(async () => {
      workspace = new DependenciesWorkspace();
      const settings = (token: string) =>
        `registry=${registry.url}\n${registry.url.replace('http:', '')}:_authToken=${token}\nalways-auth=true\n`;
      // pnpm does not expand environment variables in the file of a project.
      workspace.write('.npmrc', settings(program === 'pnpm' ? TOKEN : '${API_TOKEN}'));
      const folder = (cache: string) => join(workspace.root, '.caches', cache);
      const caches = {
        YARN_CACHE_FOLDER: folder('yarn'),
        YARN_GLOBAL_FOLDER: folder('berry-global'),
        BUN_INSTALL_CACHE_DIR: folder('bun'),
        npm_config_store_dir: folder('pnpm'),
        XDG_CACHE_HOME: folder('xdg'),
      };
      env = { ...process.env, PATH: path, ...caches, API_TOKEN: TOKEN };
      workspace.write('dist/api/package.json', API);
      workspace.write('dist/api/.npmrc', settings(TOKEN));
      const berry = `npmRegistryServer: ${registry.url}\nnpmAuthToken: "\${API_TOKEN}"\nnpmAlwaysAuth: true\nnpmMinimalAgeGate: 0\nunsafeHttpWhitelist: [127.0.0.1]\n`;
      if (isBerry)
        workspace.write('.yarnrc.yml', `${berry}nodeLinker: node-modules\nenableGlobalCache: false\ncacheFolder: ${folder('berry')}\n`);
      if (isBerry) workspace.write('dist/api/yarn.lock', '');
      await workspace.lock(lock, env);
      workspace.write('dist/api/.npmrc', '');
    });
    afterEach(() => workspace.remove());

    it('are those for the platform of the image, without build dependencies and without a token', async () => {
      await workspace.install({ packageManager: program }, env);
      const { paths } = workspace;
      expect(paths().some((path) => path.includes('prebuilt-linux-x64-gnu/add-on.node'))).toBe(true);
      expect(paths().filter((path) => /prebuilt-(?:darwin|linux-arm64|linux-x64-musl)\/|\/tool\//.test(path))).toEqual([]);
      expect(workspace.printed.join('\n')).not.toContain(TOKEN);
      expect(workspace.printed.filter((text) => text.startsWith('Warning'))).toEqual([]);
      expect(readdirSync(workspace.output)).toEqual(['node_modules']);
      await workspace.install({ libc: 'musl' }, env);
      expect(paths().some((path) => path.includes('prebuilt-linux-x64-musl/add-on.node'))).toBe(true);
    });

    it('are the same files if only the version of the project differs', async () => {
      await workspace.install({}, env);
      const first = workspace.contents();
      workspace.write('dist/api/package.json', { ...API, version: '2.0.0' });
      await workspace.install({}, env);
      expect(workspace.contents()).toEqual(first);
    });
  });
});
