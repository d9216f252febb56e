import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { createNodesFromFiles, type CreateNodesV2 } from '@nx/devkit';

import { findProjectName } from './find-project-name';
import { normalizePluginOptions, type NormalizedPluginOptions, type PluginOptions } from './plugin-options';
import { targetsFor } from './targets-for';

// eslint-disable-next-line @typescript-eslint/no-deprecated -- Nx 22 knows the type by this name alone; the next name came with 23.
type Inference = CreateNodesV2<PluginOptions>;
type FoundNodes = Awaited<ReturnType<Inference[1]>>[number][1];

/**
 * Gives a project with a Dockerfile or Containerfile the targets `image` and `publish`.
 *
 * Nx 22 calls `createNodesV2`, Nx 23 and later `createNodes`; both have the same form.
 */
export const createNodesV2: Inference = [
  '**/{Dockerfile,Containerfile}',
  async (files, options, context) => {
    const normalized = normalizePluginOptions(options);
    const wanted = normalized.infer ? files.filter((file) => !isForeign(file)) : [];
    return createNodesFromFiles((file) => findNodes(file, normalized, context.workspaceRoot), wanted, options, context);
  },
];

export const createNodes = createNodesV2;

// What packages bring along and what builds put together are no projects.
function isForeign(file: string): boolean {
  return path
    .dirname(file)
    .split(/[\\/]/)
    .some((folder) => folder === 'node_modules' || folder === 'dist');
}

function findNodes(dockerfile: string, options: NormalizedPluginOptions, workspaceRoot: string): FoundNodes {
  const root = path.posix.dirname(dockerfile.replaceAll('\\', '/'));
  const folder = path.join(workspaceRoot, root);
  // One image a project: where both are, the name that every engine knows.
  if (path.basename(dockerfile) === 'Containerfile' && existsSync(path.join(folder, 'Dockerfile'))) return {};
  const name = findProjectName(root, (file) => readIfThere(path.join(folder, file)));
  if (name === undefined) return {};
  const source = { engine: 'docker', dockerfile: path.posix.join(root, path.basename(dockerfile)) } as const;
  return { projects: { [root]: { name, targets: targetsFor(source, options) } } };
}

function readIfThere(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
