import { isInside, portablePath } from '@nx-oci/model';

import type { LayerSource } from '@nx-oci/layout';

/**
 * A source without the folders that builds write to: an image of `dist`, `node_modules` or the whole workspace would contain
 * earlier output, even itself, and change with every build.
 *
 * @param folders absolute and existing: a pattern that matches nothing would be refused.
 */
export function leaveOut<Source extends LayerSource>(source: Source, folders: readonly string[]): Source {
  const inside = folders
    .filter((folder) => isInside(source.from, folder))
    .map((folder) => portablePath(source.from, folder))
    .filter((path) => path !== '');
  return inside.length === 0 ? source : { ...source, exclude: [...(source.exclude ?? []), ...inside] };
}
