import { cpSync, existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

import { run, runOrFail, type Outcome } from './run';
import { sharedFolder } from './shared-folder';
import { WORKSPACE_ROOT } from './workspace-root';

/** A separate Nx workspace in a temporary folder, with the packed packages installed. */
export interface TestWorkspace {
  readonly root: string;
  write(file: string, content: string | object): void;
  git(...args: string[]): Promise<string>;
  /** Commits everything. @returns the full id */
  commit(message: string): Promise<string>;
  /** Installs what package.json names, and adds these packages as devDependencies. */
  install(...packages: readonly string[]): Promise<void>;
  /** Runs nx as in CI: no daemon, no terminal, its own caches. */
  nx(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Outcome>;
  remove(): void;
}

/** The versions of Nx that a workspace may have. */
export interface NxVersions {
  readonly nx: string;
  readonly devkit: string;
}

const NEWEST: NxVersions = { nx: '24.0.6', devkit: '24.0.0' };

/**
 * An empty Nx workspace without our plugin, for `nx add`.
 */
export async function makeEmptyWorkspace(versions: NxVersions = NEWEST): Promise<TestWorkspace> {
  const workspace = openWorkspace(realpathSync(mkdtempSync(join(tmpdir(), 'nx-oci-stranger-'))));
  await fillEmpty(workspace, versions);
  return workspace;
}

/** The packages that a user installs, as arguments of npm. */
export interface PackedPackages {
  /** Our own packages that the plugin depends on: no package registry has them. */
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

/** An Nx workspace in which our packages are installed and the plugin is configured. */
export function makeWorkspace(): Promise<TestWorkspace> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'nx-oci-stranger-')));
  const installed = join(templateFolder(), 'node_modules');
  cpSync(templateFolder(), root, { recursive: true, verbatimSymlinks: true, filter: (from) => from !== installed });
  linkFolder(installed, join(root, 'node_modules'));
  return Promise.resolve(openWorkspace(root));
}

/**
 * Workspaces share the files of packages by hard links, which saves a hundred megabytes each: npm replaces a package and never
 * writes into its files. npm does write into its own files beside the packages, so those are copied.
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

/** A copy of a workspace of `examples`, installed with our packed packages, and committed. */
export async function makeExample(name: string): Promise<TestWorkspace> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), `nx-oci-${name}-`)));
  const untracked = /^(?:node_modules|dist|tmp|\.nx|package-lock\.json)$/;
  cpSync(join(WORKSPACE_ROOT, 'examples', name), root, { recursive: true, filter: (from) => !untracked.test(basename(from)) });
  const workspace = openWorkspace(root);
  const { siblings, plugin } = packedPackages();
  await workspace.install(...siblings, plugin);
  await workspace.git('init', '-qb', 'main');
  await workspace.commit('an example');
  return workspace;
}

/** Makes the workspace that `makeWorkspace` copies, once per run. */
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

async function fillEmpty(workspace: TestWorkspace, { nx, devkit }: NxVersions): Promise<void> {
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

function openWorkspace(root: string): TestWorkspace {
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

// The variables of our own CI must not count there, nor those of an Nx that runs jest.
const FOREIGN_VARIABLES =
  /^(?:(?:NX|GITHUB|CI|BUILDKITE|CIRCLE|BITBUCKET|SYSTEM|BUILD|CHANGE)_|(?:GITLAB_CI|CIRCLECI|TF_BUILD|JENKINS_URL)$)/;

/** Removes the variables that would tie the workspace to ours. */
export function nxEnvironment(root: string): NodeJS.ProcessEnv {
  const inherited = Object.keys(process.env).filter((name) => FOREIGN_VARIABLES.test(name));
  return {
    ...Object.fromEntries(inherited.map((name) => [name, undefined])),
    CI: 'true',
    NX_DAEMON: 'false',
    // Nx would copy its binary into the folder for temporary files, once for each workspace.
    NX_SKIP_NATIVE_FILE_CACHE: 'true',
    NX_NO_CLOUD: 'true',
    NX_CACHE_DIRECTORY: join(root, '.caches/nx'),
    DOCKER_CONFIG: join(root, '.caches/docker'),
  };
}
