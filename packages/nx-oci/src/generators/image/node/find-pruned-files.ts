import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';

import { type TargetConfiguration } from '@nx/devkit';

import { joinPathFragments } from '../../../nx/devkit';
import { declaredOutputs } from '../../../dockerfile-context/declared-outputs';
import { type App } from '../options/kind';
import { buildOf } from '../project/build-of';

/** Where the pruned package.json and lock file are written, and by which target. */
export interface PrunedFiles {
  readonly folder: string;
  readonly tasks: readonly string[];
  /** Targets to add, if none prunes yet. */
  readonly targets: Readonly<Record<string, TargetConfiguration>>;
  readonly reason: string;
}

const PRUNE_EXECUTOR = '@nx/js:prune-lockfile';
const COPY_EXECUTOR = '@nx/js:copy-workspace-modules';

/** What prunes the dependencies of an app: its own targets, its build, or targets that are added now. */
export function findPrunedFiles(app: App, output: string): PrunedFiles | { readonly problem: string } {
  const { project } = app;
  const hasPackageJson = project.root !== '.' && app.tree.exists(joinPathFragments(project.root, 'package.json'));
  const { options, target, config } = buildOf(app);
  // Nx's generators also write these targets without a package.json, where they fail.
  if (hasPackageJson) return ofTargets(app, output) ?? ofNewTargets(app, output);
  const isGenerated =
    options['generatePackageJson'] === true || options['generateLockfile'] === true || /\bgeneratePackageJson:\s*true\b/.test(config ?? '');
  if (isGenerated) return { folder: output, tasks: ['build'], targets: {}, reason: 'generatePackageJson of its build' };
  const where =
    target?.executor !== undefined && target.executor !== 'nx:run-commands' ? 'the options of its build' : "its bundler's configuration";
  const file = joinPathFragments(project.root, 'package.json');
  return {
    problem: `nothing says which dependencies it has: there is no ${file}, and its build writes none → set \`generatePackageJson: true\` in ${where}${target?.executor?.startsWith('@nx/js:') === true ? ', and `generateLockfile: true`' : ''}; a build that bundles all of them needs \`thirdParty: true\` (esbuild) or \`externalDependencies: 'none'\` (webpack)`,
  };
}

function ofTargets(app: App, output: string): PrunedFiles | undefined {
  const { name, project } = app;
  const { root, targets = {} } = project;
  const found = Object.entries(targets).find(([, { executor }]) => executor === PRUNE_EXECUTOR);
  if (found === undefined) return undefined;
  const [target, configuration] = found;
  const [file] = declaredOutputs({ [target]: { outputs: configuration.outputs ?? [] } }, { root, name });
  const copy = Object.entries(targets).find(([, { executor }]) => executor === COPY_EXECUTOR)?.[0];
  const both = Object.entries(targets).find(([, { dependsOn = [] }]) =>
    [target, copy].every((one) => one === undefined || dependsOn.includes(one)),
  );
  const tasks = both === undefined ? [target, ...(copy === undefined ? [] : [copy])] : [both[0]];
  return { folder: file === undefined ? output : posix.dirname(file), tasks, targets: {}, reason: `its target ${tasks.join(' and ')}` };
}

/** As Nx's own generators write them for an app with a package.json. */
function ofNewTargets({ tree, project, options }: App, output: string): PrunedFiles | { readonly problem: string } {
  if (!existsSync(join(tree.root, 'node_modules/@nx/js/package.json')) && !tree.exists('node_modules/@nx/js/package.json')) {
    return {
      problem: `nothing prunes its dependencies → install @nx/js (\`nx add @nx/js\`), whose prune-lockfile does, and run this for ${options.project} again`,
    };
  }
  const [lock] = ['package-lock.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock'].filter((file) => tree.exists(file));
  const outputs = ['package.json', ...(lock === undefined ? [] : [lock])].map((file) => `{workspaceRoot}/${output}/${file}`);
  const common = { dependsOn: ['build'], cache: true, options: { buildTarget: 'build', outputPath: output } };
  if (project.targets?.['prune'] !== undefined)
    return { problem: 'it has a target prune that does not use @nx/js:prune-lockfile → rename it, or write a Dockerfile' };
  return {
    folder: output,
    tasks: ['prune'],
    targets: {
      'prune-lockfile': { executor: PRUNE_EXECUTOR, ...common, outputs },
      'copy-workspace-modules': { executor: COPY_EXECUTOR, ...common, outputs: [`{workspaceRoot}/${output}/workspace_modules`] },
      prune: { executor: 'nx:noop', dependsOn: ['prune-lockfile', 'copy-workspace-modules'] },
    },
    reason: 'the targets prune, prune-lockfile and copy-workspace-modules, which it gets now',
  };
}
