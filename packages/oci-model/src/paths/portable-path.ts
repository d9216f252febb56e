import { isAbsolute, relative, sep } from 'node:path';

/**
 * The way from a folder to a path, with `/` on every system, as it is shown to people, written to files and compared. Everything
 * else calls this and not `relative`, which answers with `\` on Windows.
 *
 * @returns `''` for the folder itself; `../…` outside of it, and on Windows the whole path if that is on another drive.
 */
export function portablePath(folder: string, path: string): string {
  return relative(folder, path).split(sep).join('/');
}

/** Whether a path is a folder or inside it. Looks at the names alone: resolve links first where they matter. */
export function isInside(folder: string, path: string): boolean {
  const way = portablePath(folder, path);
  return way !== '..' && !way.startsWith('../') && !isAbsolute(way);
}
