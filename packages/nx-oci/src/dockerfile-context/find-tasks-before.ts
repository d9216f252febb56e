import { type DockerfileReading } from '@nx-oci/publish';

import { buildsInside } from './inner-builds';
import { isTracked } from './source-evidence';
import { type TrackedFiles } from './tracked-files';

interface Surroundings {
  /** The context, from the workspace root. */
  readonly folder: string;
  readonly tracked: TrackedFiles;
  /** Whether the project has a package.json. */
  readonly isPackage: boolean;
  readonly targets: Readonly<Record<string, { readonly dependsOn?: readonly unknown[] }>>;
}

/**
 * The targets of a project that must run before its Dockerfile is built: `build`, and `prune` if Nx generated one, which writes
 * lock file and package.json beside the build output. None if the Dockerfile itself builds from tracked files, or copies nothing.
 * Pure.
 */
export function findTasksBefore(
  { sources, commands }: Pick<DockerfileReading, 'sources' | 'commands'>,
  around: Surroundings,
): readonly string[] {
  if (sources.length === 0) return [];
  const isWhole = (path: string): boolean => path === '.' || path === '**';
  const isMade = sources.some((source) => !isWhole(source.path) && !isTracked(source, around.folder, around.tracked));
  if (!isMade && buildsInside(commands)) return [];
  return isPrunedByNx(around) ? ['build', 'prune'] : ['build'];
}

/**
 * Not a `prune` that cleans up something else, as many scripts of that name do; nor that of a project without a package.json, where
 * Nx generates it all the same, and it always fails.
 */
function isPrunedByNx({ targets: { prune, ...others }, isPackage }: Surroundings): boolean {
  const needsPrune = others['docker:build']?.dependsOn?.includes('prune') === true;
  return prune !== undefined && ('prune-lockfile' in others || needsPrune) && isPackage;
}
