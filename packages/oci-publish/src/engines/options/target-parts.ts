import { formatPlatform } from '@nx-oci/model';

import { writtenPlatforms } from './platform-paths';

/** What a target in the project graph makes of an image whose platforms are made apart. */
export interface TargetParts {
  /** The one that this target makes: `linux/arm64`; absent for the target that merges them. */
  readonly platform?: string;
  /** All of them, in the order of the index, if it names them. */
  readonly platforms?: readonly string[];
}

/**
 * Reads the options of a target, which are not checked yet: the build reports invalid ones. Pure.
 *
 * @returns `undefined` for a target that makes a whole image.
 */
export function readTargetParts({ parts, platform, platforms }: Readonly<Record<string, unknown>>): TargetParts | undefined {
  if (parts !== true && parts !== 'true' && parts !== 'anywhere') return undefined;
  const read = (written: unknown) => writtenPlatforms({ platforms: written }).map(formatPlatform);
  const [own] = platform === undefined ? [] : read(platform);
  const all = platforms === undefined ? undefined : read(platforms);
  if (own === undefined && all === undefined) return undefined;
  return { ...(own !== undefined && { platform: own }), ...(all && { platforms: [...new Set(all)] }) };
}
