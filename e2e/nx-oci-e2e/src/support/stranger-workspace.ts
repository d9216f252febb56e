import { cpSync, existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { run, runOrFail, type Outcome } from './run';
import { sharedFolder } from './shared-folder';

/** An Nx workspace of somebody else, in a temporary folder, with the packed packages installed. */
export interface StrangerWorkspace {
  readonly root: string;
  write(file: string, content: string | object): void;
  git(...args: string[]): Promise<string>;
  /** Commits everything; resolves to the full id. */
  commit(message: string): Promise<string>;
  /** Installs what package.json names, and these packages besides as devDependencies. */
  install(...packages: readonly string[]): Promise<void>;
  /** Runs nx as in CI: no daemon, no terminal, caches of its own. */
  nx(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Outcome>;
  remove(): void;
}

/** Versions of Nx that a stranger may have. */
export interface NxVersions {
  readonly nx: string;
  readonly devkit: string;
}

const NEWEST: NxVersions = { nx: '24.0.6', devkit: '24.0.0' };

/**
 * An empty Nx workspace without our plugin: what `nx add` is tried in.
 */
export async function makeEmptyWorkspace(versions: NxVersions = NEWEST): Promise<StrangerWorkspace> {
  const workspace = openWorkspace(realpathSync(mkdtempSync(join(tmpdir(), 'nx-oci-stranger-'))));
  await fillEmpty(workspace, versions);
  return workspace;
}

/** The packages that a stranger installs, as arguments of npm. */
export interface PackedPackages {
  /** What the plugin depends on: no package registry has them. */
  readonly siblings: readonly string[];
  readonly plugin: string;
}

export function packedPackages(): PackedPackages {
  const folder = join(sharedFolder(), 'packed');
  const archives = readdirSync(folder).map((name) => ({ isPlugin: /^nx-oci-\d/.test(name), argument: `file:${join(folder, name)}` }));
  const [plugin] = archives.filter(({ isPlugin }) => isPlugin);
  if (plugin === undefined) throw new Error(`${folder} holds no archive of nx-oci`);
  return { plugin: plugin.argument, siblings: archives.filter(({ isPlugin }) => !isPlugin).map(({ argument }) => argument) };
}

/** An Nx workspace of its own, in which our packages are installed and the plugin is on. */
export function makeWorkspace(): Promise<StrangerWorkspace> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'nx-oci-stranger-')));
  const installed = join(templateFolder(), 'node_modules');
  cpSync(templateFolder(), root, { recursive: true, verbatimSymlinks: true, filter: (from) => from !== installed });
  linkFolder(installed, join(root, 'node_modules'));
  return Promise.resolve(openWorkspace(root));
}

/**
 * Files of packages are the same ones in all workspaces, a hundred megabytes less to write for each: npm replaces a package and never
 * writes into it. What npm itself keeps beside the packages it does write into.
 */
function linkFolder(from: string, to: string, depth = 0): void {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkFolder(source, target, depth + 1);
    else if (entry.isFile() && depth > 0) linkSync(source, target);
    else cpSync(source, target, { verbatimSymlinks: true });
  }
}

/** Makes what `makeWorkspace` copies. Once a run. */
export async function prepareTemplate(): Promise<void> {
  mkdirSync(templateFolder());
  const workspace = openWorkspace(templateFolder());
  await fillEmpty(workspace, NEWEST);
  const { siblings, plugin } = packedPackages();
  await workspace.install(...siblings, plugin);
  workspace.write('nx.json', { analytics: false, defaultBase: 'main', plugins: ['nx-oci'] });
  await workspace.commit('use nx-oci');
}

function templateFolder(): string {
  return join(sharedFolder(), 'template');
}

async function fillEmpty(workspace: StrangerWorkspace, { nx, devkit }: NxVersions): Promise<void> {
  workspace.write('package.json', {
    name: 'stranger',
    version: '0.0.0',
    private: true,
    devDependencies: { nx, '@nx/devkit': devkit },
  });
  workspace.write('nx.json', { analytics: false, defaultBase: 'main' });
  workspace.write('.gitignore', 'node_modules\ndist\n.nx\ntmp\n.caches\n');
  await workspace.install();
  await workspace.git('init', '-qb', 'main');
  await workspace.commit('an empty workspace');
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
    install: async (...packages) => {
      await runOrFail('npm', ['install', '--save-dev', '--no-audit', '--no-fund', ...packages], { cwd: root });
    },
    nx: (args, env) => run(join(root, 'node_modules/.bin/nx'), args, { cwd: root, env: { ...nxEnvironment(root), ...env } }),
    remove: () => {
      if (existsSync(root)) rmSync(root, { recursive: true, force: true });
    },
  };
}

// Our own CI's branch is not the stranger's, and jest itself may run below Nx.
const FOREIGN_VARIABLES =
  /^(?:(?:NX|GITHUB|CI|BUILDKITE|CIRCLE|BITBUCKET|SYSTEM|BUILD|CHANGE)_|(?:GITLAB_CI|CIRCLECI|TF_BUILD|JENKINS_URL)$)/;

/** Nothing of the workspace around us reaches the stranger's. */
export function nxEnvironment(root: string): NodeJS.ProcessEnv {
  const inherited = Object.keys(process.env).filter((name) => FOREIGN_VARIABLES.test(name));
  return {
    ...Object.fromEntries(inherited.map((name) => [name, undefined])),
    CI: 'true',
    NX_DAEMON: 'false',
    NX_NO_CLOUD: 'true',
    NX_CACHE_DIRECTORY: join(root, '.caches/nx'),
    DOCKER_CONFIG: join(root, '.caches/docker'),
  };
}
