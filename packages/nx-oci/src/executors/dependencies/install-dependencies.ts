import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { knownSecrets, OciError } from '@nx-oci/model';
import { runTool, type ToolOutcome } from '@nx-oci/publish';

import { listInstalled } from './installed-packages';
import { describeMissingAddOns } from './missing-add-ons';
import { removeForeignPackages } from './remove-foreign-packages';
import { findMissingImports } from './missing-imports';
import { findManager } from './managers/find-manager';
import { type Manager } from './managers/manager';
import { describePlatform, type NormalizedDependenciesOptions } from './normalize-options';
import { borrowSettings } from './package-manager-settings';

export interface InstallRun {
  readonly workspaceRoot: string;
  readonly project: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly print: (text: string) => void;
}

/** Files that a pruned package.json may need beside it: the code of workspace libraries, patches, settings of the prune. */
const COPIED = ['package.json', 'workspace_modules', 'patches', 'local_modules', 'pnpm-workspace.yaml', '.yarn'];

const QUOTED_LINES = 12;

/** The part of an install that is kept. */
const KEPT = ['node_modules', 'workspace_modules', 'local_modules'];

/**
 * Installs the production dependencies of a pruned package.json into a separate folder, for the platform of an image. The folder
 * is replaced as a whole, and only after success.
 *
 * Runs inside the workspace, where package managers find their version and settings.
 */
export async function installDependencies(options: NormalizedDependenciesOptions, run: InstallRun): Promise<void> {
  const { from, output, platform } = options;
  if (!existsSync(join(from, 'package.json'))) throw missingPackageJson(from, run.project);
  const manager = findManager(from, run.project, options.packageManager);
  await mkdir(dirname(output), { recursive: true });
  await sweepFolders(output);
  const folder = await mkdtemp(join(dirname(output), `.${basename(output)}-`));
  try {
    for (const name of [...COPIED, ...manager.lockFiles]) await copyIfThere(join(from, name), join(folder, name));
    await borrowSettings(run.workspaceRoot, folder, run.env);
    await manager.configure?.(folder, options);
    await callManager(manager, folder, options, run);
    await mkdir(join(folder, 'node_modules'), { recursive: true });
    for (const name of manager.stateFiles) await rm(join(folder, 'node_modules', name), { force: true, recursive: true });
    if (manager.takesAllPlatforms === true) await removeForeignPackages(folder, platform);
    await refuseMissingImports(options, folder, run.project);
    const count = await keepResult(folder, output);
    run.print(`Installed ${count} packages for ${describePlatform(platform)} with ${manager.program}.`);
    for (const warning of await describeMissingAddOns(output, options)) run.print(`Warning: ${warning}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function callManager(manager: Manager, folder: string, options: NormalizedDependenciesOptions, run: InstallRun): Promise<void> {
  const purpose = `install the dependencies of ${run.project}`;
  const install = `Install ${manager.program}, which the lock file in ${options.from} is of.`;
  const call = { program: manager.program, args: manager.args(options), cwd: folder, signal: run.signal };
  const outcome = await runTool({ ...call, env: { ...withoutCaller(run.env), ...manager.env } }, { purpose, install });
  if (outcome.exitCode === 0) return;
  const what = `${manager.program} ${call.args[0] ?? ''} ended with ${outcome.exitCode}.`;
  throw new OciError('ENGINE_FAILED', [`Cannot ${purpose}: ${what}`, ...quote(outcome)].join('\n'), {
    hint: `The lock file is ${join(options.from, manager.lockFiles[0] ?? '')}. Registries and tokens are those of the workspace's settings (.npmrc) and of this user.`,
  });
}

/** The first output of a package manager says what happened; npm then explains its options. Some use stdout. */
function quote({ stdout, stderr }: ToolOutcome): readonly string[] {
  const lines = `${stderr}\n${stdout}`
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^npm (?:warn|notice)|^npm error\s*$|^\s*warn(?:ing)?\b/i.test(line));
  return lines.slice(0, QUOTED_LINES).map((line) => `  ${knownSecrets().redactForeign(line)}`);
}

/** Without the variables of the package manager that runs Nx. */
function withoutCaller(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => !/^(?:npm_(?:package|lifecycle|execpath|command)|INIT_CWD$|NODE_ENV$|NODE_OPTIONS$)/i.test(name),
    ),
  );
}

/** Problems that would end the program at its start. */
async function refuseMissingImports({ from, optional }: NormalizedDependenciesOptions, folder: string, project: string): Promise<void> {
  const missing = (await findMissingImports(from, folder)).filter(({ name }) => !optional.includes(name));
  const [first] = missing;
  if (first === undefined) return;
  const names = missing.map(({ name }) => name).join(', ');
  const what = missing.map(({ name, file }) => `  ${name} (${file})`).join('\n');
  throw new OciError(
    'OPTIONS_INVALID',
    `Cannot install the dependencies of ${project}: its code loads packages that its package.json does not name, so that they are only in the workspace.\n${what}`,
    {
      hint: `Add ${names} to \`dependencies\` of the project's package.json; where its build generates that, to \`runtimeDependencies\` of NxAppWebpackPlugin, or import it. What the program can do without may stand in \`optional\` of this target.`,
    },
  );
}

async function keepResult(folder: string, output: string): Promise<number> {
  await rm(output, { recursive: true, force: true });
  await mkdir(output, { recursive: true });
  for (const name of KEPT) if (existsSync(join(folder, name))) await rename(join(folder, name), join(output, name));
  return (await listInstalled(output)).length;
}

const ABANDONED_AFTER_MS = 60 * 60 * 1000;

/** Removes what a killed install left beside the output. */
async function sweepFolders(output: string): Promise<void> {
  const parent = dirname(output);
  for (const name of (await readdir(parent)).filter((one) => one.startsWith(`.${basename(output)}-`))) {
    const stats = await stat(join(parent, name)).catch(() => undefined);
    if (stats !== undefined && Date.now() - stats.mtimeMs > ABANDONED_AFTER_MS)
      await rm(join(parent, name), { recursive: true, force: true });
  }
}

async function copyIfThere(from: string, to: string): Promise<void> {
  if (existsSync(from)) await cp(from, to, { recursive: true, verbatimSymlinks: true });
}

function missingPackageJson(from: string, project: string): OciError {
  return new OciError('OPTIONS_INVALID', `Cannot install the dependencies of ${project}: ${from} has no package.json.`, {
    hint: 'Build first: the target that writes it belongs into `dependsOn`, such as `prune-lockfile`, or a `build` with `generatePackageJson`.',
  });
}
