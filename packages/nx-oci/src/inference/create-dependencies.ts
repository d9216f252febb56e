import { posix } from 'node:path';

import { type CreateDependencies, type ProjectConfiguration, type RawProjectGraphDependency } from '@nx/devkit';
import { readTextIn, type ReadText } from '@nx-oci/publish';

import { DependencyType } from '../nx/inference-api';
import { readOwnBases } from '../own-bases/read-own-bases';
import { normalizePluginOptions, type PluginOptions } from './plugin-options';

/** Makes a project depend on the projects whose images its own image is based on or copies from. */
export const createDependencies: CreateDependencies<PluginOptions> = async (options, { projects, workspaceRoot }) => {
  if (!normalizePluginOptions(options).infer) return [];
  const readText = readTextIn(workspaceRoot);
  const { all } = await readOwnBases(projects, { workspaceRoot, env: process.env, readText });
  const possible = all.filter(({ project, base }) => !breaksEsbuild(projects[project], projects[base], readText));
  const edges = new Map(possible.map(({ project, base }) => [JSON.stringify([project, base]), { source: project, target: base }]));
  return [...edges.values()].map((edge): RawProjectGraphDependency => ({ ...edge, type: DependencyType.implicit }));
};

/**
 * Without bundling, @nx/esbuild (22 to 24) reads the package.json of each project that its own one depends on, for whatever reason,
 * and fails if there is none. Then only the tasks depend on each other: images are built in order, and the plan follows, too.
 */
function breaksEsbuild(source: ProjectConfiguration | undefined, base: ProjectConfiguration | undefined, readText: ReadText): boolean {
  const isUnbundled = Object.values(source?.targets ?? {}).some(
    ({ executor, options }) =>
      executor === '@nx/esbuild:esbuild' && (options as { readonly bundle?: unknown } | undefined)?.bundle === false,
  );
  return isUnbundled && readText(posix.join(base?.root ?? '.', 'package.json')) === undefined;
}
