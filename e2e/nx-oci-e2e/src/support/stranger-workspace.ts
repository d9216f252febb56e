import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { packPackages } from './pack-packages';
import { run, runOrFail, type Outcome } from './run';

/** An Nx workspace of somebody else, in a temporary folder, with the packed packages installed. */
export interface StrangerWorkspace {
  readonly root: string;
  write(file: string, content: string | object): void;
  git(...args: string[]): Promise<string>;
  /** Commits everything; resolves to the full id. */
  commit(message: string): Promise<string>;
  /** Runs nx as in CI: no daemon, no terminal, caches of its own. */
  nx(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Outcome>;
  remove(): void;
}

/** Versions of Nx that a stranger may have; the newest by default. */
const NX_VERSION = process.env['NX_OCI_E2E_NX'] ?? '24.0.6';
const DEVKIT_VERSION = process.env['NX_OCI_E2E_DEVKIT'] ?? '24.0.0';

/**
 * An empty Nx workspace without our plugin: what `nx add` is tried in.
 */
export async function makeEmptyWorkspace(): Promise<StrangerWorkspace> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'nx-oci-stranger-')));
  const workspace = openWorkspace(root);
  workspace.write('package.json', {
    name: 'stranger',
    version: '0.0.0',
    private: true,
    devDependencies: { nx: NX_VERSION, '@nx/devkit': DEVKIT_VERSION },
  });
  workspace.write('nx.json', { analytics: false, defaultBase: 'main' });
  workspace.write('.gitignore', 'node_modules\ndist\n.nx\ntmp\n.caches\n');
  await runOrFail('npm', ['install', '--no-audit', '--no-fund'], { cwd: root });
  await workspace.git('init', '-qb', 'main');
  await workspace.commit('an empty workspace');
  return workspace;
}

/** The packages that a stranger installs, as a dependency of their workspace. */
export async function installArguments(): Promise<readonly string[]> {
  const archives = await packPackages();
  return [...archives.values()].map((archive) => `file:${archive}`);
}

/** An Nx workspace in which our packages are installed and the plugin is on; the first call makes it, later ones copy it. */
export async function makeWorkspace(): Promise<StrangerWorkspace> {
  const template = await preparedTemplate();
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'nx-oci-stranger-')));
  cpSync(template, root, { recursive: true, verbatimSymlinks: true });
  return openWorkspace(root);
}

let template: Promise<string> | undefined;

function preparedTemplate(): Promise<string> {
  return (template ??= prepareTemplate());
}

async function prepareTemplate(): Promise<string> {
  const workspace = await makeEmptyWorkspace();
  await runOrFail('npm', ['install', '--save-dev', '--no-audit', '--no-fund', ...(await installArguments())], { cwd: workspace.root });
  workspace.write('nx.json', { analytics: false, defaultBase: 'main', plugins: ['nx-oci'] });
  await workspace.commit('use nx-oci');
  process.once('exit', () => workspace.remove());
  return workspace.root;
}

function openWorkspace(root: string): StrangerWorkspace {
  const write = (file: string, content: string | object) => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), typeof content === 'string' ? content : `${JSON.stringify(content, undefined, 2)}\n`);
  };
  const git = async (...args: string[]) =>
    (await runOrFail('git', ['-c', 'user.name=e2e', '-c', 'user.email=e2e@example.com', ...args], { cwd: root })).trim();
  return {
    root,
    write,
    git,
    commit: async (message) => {
      await git('add', '.');
      await git('commit', '-q', '--allow-empty', '-m', message);
      return git('rev-parse', 'HEAD');
    },
    nx: (args, env) => run(join(root, 'node_modules/.bin/nx'), args, { cwd: root, env: { ...nxEnvironment(root), ...env } }),
    remove: () => {
      if (existsSync(root)) rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Nothing of the workspace around us reaches the stranger's: jest itself may run below Nx. */
function nxEnvironment(root: string): NodeJS.ProcessEnv {
  const inherited = Object.keys(process.env).filter((name) => name.startsWith('NX_') && !name.startsWith('NX_OCI_E2E'));
  return {
    ...Object.fromEntries(inherited.map((name) => [name, undefined])),
    CI: 'true',
    NX_DAEMON: 'false',
    NX_NO_CLOUD: 'true',
    NX_CACHE_DIRECTORY: join(root, '.caches/nx'),
    DOCKER_CONFIG: join(root, '.caches/docker'),
  };
}
