import { posix } from 'node:path';
import { type ContextSource, fixedPart } from '@nx-oci/publish';

import { type TrackedFiles } from './tracked-files';

/** Whether a fresh clone has what a Dockerfile copies, if `folder` is its context. Copying the whole context is no evidence. */
export function isTracked({ path, isPattern }: ContextSource, folder: string, tracked: TrackedFiles): boolean {
  if (path === '.' || path === '**') return false;
  const full = posix.join(folder, path);
  return isPattern ? tracked.matches(full) : tracked.has(full);
}

interface Makers {
  /** From the workspace root. */
  readonly projectRoot: string;
  /** Outputs of targets, relative to the workspace root. */
  readonly outputs: readonly string[];
}

/** Whether targets write what a Dockerfile copies, if `folder` is its context. */
export function mayBeBuilt(source: ContextSource, folder: string, { projectRoot, outputs }: Makers): boolean {
  const path = fixedPart(source);
  if (path === '.') return false;
  const full = posix.join(folder, path);
  // A folder that contains an output only counts within the project: `dist` of the workspace also contains output of other
  // projects.
  const isMade = (output: string): boolean => isWithin(full, output) || (isWithin(output, full) && isWithin(full, projectRoot));
  if (outputs.some(isMade)) return true;
  // `dist/apps/api`, `apps/api/dist`: a path that contains the project's path starts at the workspace root.
  return folder === '.' && `/${path}/`.includes(`/${projectRoot}/`);
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
