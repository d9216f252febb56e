import { isAbsolute } from 'node:path';

import type { LayerSource } from '@nx-oci/layout';

import { portablePath } from '../names/digest-build';

/**
 * A source without the folders that building writes to: an image of `dist`, `node_modules` or the whole workspace would
 * hold what was built before, itself among it, and never be the same twice.
 *
 * @param folders absolute, and there: a pattern that matches nothing is refused as a mistake.
 */
export function leaveOut<Source extends LayerSource>(source: Source, folders: readonly string[]): Source {
  const inside = folders.map((folder) => portablePath(source.from, folder)).filter(isBelow);
  return inside.length === 0 ? source : { ...source, exclude: [...(source.exclude ?? []), ...inside] };
}

function isBelow(path: string): boolean {
  return path !== '' && !/^\.\.(\/|$)/.test(path) && !isAbsolute(path);
}
