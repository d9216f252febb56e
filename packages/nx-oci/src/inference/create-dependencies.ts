import { type CreateDependencies, type RawProjectGraphDependency } from '@nx/devkit';
import { readTextIn } from '@nx-oci/publish';

import { DependencyType } from '../nx/inference-api';
import { readOwnBases } from '../own-bases/read-own-bases';
import { normalizePluginOptions, type PluginOptions } from './plugin-options';

/** Makes a project depend on the projects whose images its own image is based on or copies from. */
export const createDependencies: CreateDependencies<PluginOptions> = async (options, { projects, workspaceRoot }) => {
  if (!normalizePluginOptions(options).infer) return [];
  const { all } = await readOwnBases(projects, { workspaceRoot, env: process.env, readText: readTextIn(workspaceRoot) });
  const edges = new Map(all.map(({ project, base }) => [JSON.stringify([project, base]), { source: project, target: base }]));
  return [...edges.values()].map((edge): RawProjectGraphDependency => ({ ...edge, type: DependencyType.implicit }));
};
