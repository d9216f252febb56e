import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';

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
  if (absolute !== root && !absolute.startsWith(root.endsWith(sep) ? root : root + sep)) return undefined;
  const kept = isAbsolute(target) ? relative(dirname(link), absolute) : target;
  return (kept === '' ? '.' : kept).replaceAll(sep, '/');
}
