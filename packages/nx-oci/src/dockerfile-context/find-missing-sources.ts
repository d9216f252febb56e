import { posix } from 'node:path';
import { type ContextSource, fixedPart, isWithin } from '@nx-oci/publish';

import { isTracked } from './source-evidence';
import { type TrackedFiles } from './tracked-files';

export interface KnownFiles {
  /** The context, from the workspace root. */
  readonly folder: string;
  readonly tracked: TrackedFiles;
  /** Declared outputs of all targets, relative to the workspace root. */
  readonly outputs: readonly string[];
  /** Those of the targets that run before the build of the image. */
  readonly outputsBefore: readonly string[];
}

/**
 * What a Dockerfile copies although git tracks none of it and no target writes it there, while the build declares that it writes
 * elsewhere. None if the build declares no outputs: then they may be anywhere. Pure.
 */
export function findMissingSources(
  sources: readonly ContextSource[],
  { folder, tracked, outputs, outputsBefore }: KnownFiles,
): readonly ContextSource[] {
  if (outputsBefore.length === 0) return [];
  return sources.filter((source) => {
    const full = posix.join(folder, fixedPart(source));
    if (fixedPart(source) === '.' || isTracked(source, folder, tracked)) return false;
    return !outputs.some((output) => isWithin(full, output) || isWithin(output, full));
  });
}
