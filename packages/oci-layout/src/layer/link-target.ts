import { dirname, isAbsolute, resolve, sep } from 'node:path';

import { isInside, portablePath } from '@nx-oci/model';

/**
 * The target of a symbolic link in the image: a relative target unchanged; an absolute one (as of all Windows junctions) made
 * relative, since the folder has another path in the image.
 *
 * @param root the source folder, absolute.
 * @param link the link, absolute, below `root`.
 * @returns `undefined` if the target is outside of `root`, and so not in the image.
 */
export function targetInImage(root: string, link: string, target: string): string | undefined {
  const absolute = resolve(dirname(link), target);
  if (!isInside(root, absolute)) return undefined;
  const kept = isAbsolute(target) ? portablePath(dirname(link), absolute) : target.replaceAll(sep, '/');
  return kept === '' ? '.' : kept;
}
