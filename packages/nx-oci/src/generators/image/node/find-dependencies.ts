import { posix } from 'node:path';

import { type TargetConfiguration } from '@nx/devkit';

import { joinPathFragments } from '../../../nx/devkit';
import { DEPENDENCIES_EXECUTOR } from '../../../nx/executor-names';
import { findPackageManager } from '../../find-package-manager';
import { type App } from '../options/kind';
import { buildOf } from '../project/build-of';
import { productionDependencies, readPackageJson } from '../project/dependencies-of';
import { findPrunedFiles } from './find-pruned-files';
import { workspaceLibraries } from './workspace-libraries';

export const DEPENDENCIES_TARGET = 'image-dependencies';

export interface DependencyLayer {
  readonly from: string;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
}

export interface FoundDependencies {
  readonly layers: readonly DependencyLayer[];
  /** Patterns that the layer of the app excludes, since another layer contains them. */
  readonly leftOut: readonly string[];
  readonly tasksBefore: readonly string[];
  readonly targets: Readonly<Record<string, TargetConfiguration>>;
  readonly notes: readonly string[];
  readonly problems: readonly string[];
}

const NONE: FoundDependencies = { layers: [], leftOut: [], tasksBefore: [], targets: {}, notes: [], problems: [] };

/**
 * How the production dependencies of an app get into its image: the target that prunes them, the one that installs them, and
 * their layers.
 */
export function findDependencies(
  app: App,
  { output, libc, platforms }: { readonly output: string; readonly libc: 'glibc' | 'musl'; readonly platforms: readonly string[] },
): FoundDependencies {
  const { name, tree, project } = app;
  const own = project.root === '.' ? undefined : readPackageJson(app, project.root);
  if (isBundledWhole(app)) return { ...NONE, notes: ['Dependencies: none to install, the build bundles them.'] };
  if (own !== undefined && Object.keys(productionDependencies(own)).length === 0) {
    return { ...NONE, notes: [`Dependencies: none, ${joinPathFragments(project.root, 'package.json')} names none.`] };
  }
  const pruned = findPrunedFiles(app, output);
  if ('problem' in pruned) return { ...NONE, problems: [pruned.problem] };
  const manager = findPackageManager(tree).name;
  const libraries = workspaceLibraries(app);
  const parent = posix.join('dist/image-dependencies', name);
  const folder = platforms.length > 1 ? posix.join(parent, '{os}-{arch}') : parent;
  const patterns = libraries.length === 0 ? [] : libraryPatterns(manager, libraries);
  const layers =
    patterns.length === 0
      ? [{ from: folder }]
      : [
          { from: folder, exclude: patterns },
          { from: folder, include: patterns },
        ];
  return {
    layers,
    leftOut: libraries.length === 0 ? [] : ['workspace_modules/**'],
    tasksBefore: [...pruned.tasks.filter((task) => task !== 'build'), DEPENDENCIES_TARGET],
    targets: {
      ...pruned.targets,
      [DEPENDENCIES_TARGET]: dependenciesTarget(pruned.tasks, { from: pruned.folder, libc, platforms, hasLibraries: libraries.length > 0 }),
    },
    notes: [
      `Dependencies: installed with ${manager} from ${pruned.folder}/package.json (${pruned.reason}), a layer of their own${platforms.length > 1 ? ' for each platform' : ''}.`,
      ...(libraries.length === 0 ? [] : [`Workspace libraries: ${libraries.join(', ')}, a layer of their own.`]),
    ],
    problems: [],
  };
}

interface DependenciesToInstall {
  readonly from: string;
  readonly libc: string;
  readonly platforms: readonly string[];
  readonly hasLibraries: boolean;
}

function platformOption(platforms: readonly string[]): object {
  if (platforms.length > 1) return { platforms };
  return platforms[0] === 'linux/amd64' ? {} : { platform: platforms[0] };
}

function dependenciesTarget(
  dependsOn: readonly string[],
  { from, libc, platforms, hasLibraries }: DependenciesToInstall,
): TargetConfiguration {
  const files = ['package.json', '*lock*', 'pnpm-workspace.yaml', ...(hasLibraries ? ['workspace_modules/**/*'] : [])];
  return {
    executor: DEPENDENCIES_EXECUTOR,
    dependsOn: [...dependsOn],
    cache: true,
    inputs: files.map((file) => ({ dependentTasksOutputFiles: `**/${file}`, transitive: true })),
    outputs: ['{workspaceRoot}/dist/image-dependencies/{projectName}'],
    options: { from, ...platformOption(platforms), ...(libc === 'musl' && { libc }) },
    metadata: { technologies: ['oci'], description: 'Installs the production dependencies for the platform of the image.' },
  };
}

/** A bundle that includes its imports. */
function isBundledWhole(app: App): boolean {
  const { options, target, config } = buildOf(app);
  if (target?.executor === '@nx/esbuild:esbuild') return options['thirdParty'] === true && options['bundle'] !== false;
  return options['externalDependencies'] === 'none' || /\bexternalDependencies:\s*['"]none['"]/.test(config ?? '');
}

/** Where package managers put a workspace package that package.json names by its folder. */
function libraryPatterns(manager: string, libraries: readonly string[]): readonly string[] {
  if (manager === 'npm') return ['workspace_modules/**'];
  if (manager === 'pnpm') return ['workspace_modules/**', 'node_modules/.pnpm/*@file+workspace_modules*/**'];
  return ['workspace_modules/**', ...libraries.map((name) => `node_modules/${name}/**`)];
}
