import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';

/**
 * What a symbolic link inside a layer source says in the image: its relative target as it is; an absolute one (as Windows
 * junctions always have) made relative, for the image has the folder at another place.
 *
 * @param root the source folder, absolute.
 * @param link the link, absolute, below `root`.
 * @returns `undefined` when the target is outside of `root`, where the image does not have it.
 */
export function targetInImage(root: string, link: string, target: string): string | undefined {
  const absolute = resolve(dirname(link), target);
  if (absolute !== root && !absolute.startsWith(root.endsWith(sep) ? root : root + sep)) return undefined;
  const kept = isAbsolute(target) ? relative(dirname(link), absolute) : target;
  return (kept === '' ? '.' : kept).replaceAll(sep, '/');
}
