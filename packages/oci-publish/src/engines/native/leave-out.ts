import { isAbsolute } from 'node:path';

import type { LayerSource } from '@nx-oci/layout';

import { portablePath } from '../names/digest-build';

/**
 * A source without the folders that builds write to: an image of `dist`, `node_modules` or the whole workspace would contain
 * earlier output, even itself, and change with every build.
 *
 * @param folders absolute and existing: a pattern that matches nothing would be refused.
 */
export function leaveOut<Source extends LayerSource>(source: Source, folders: readonly string[]): Source {
  const inside = folders.map((folder) => portablePath(source.from, folder)).filter(isBelow);
  return inside.length === 0 ? source : { ...source, exclude: [...(source.exclude ?? []), ...inside] };
}

function isBelow(path: string): boolean {
  return path !== '' && !/^\.\.(\/|$)/.test(path) && !isAbsolute(path);
}
