import path from 'node:path';

/** Whether a file is not a source of the workspace: installed packages and build output are not projects. */
export function isIgnoredPath(file: string): boolean {
  return path
    .dirname(file)
    .split(/[\\/]/)
    .some((folder) => folder === 'node_modules' || folder === 'dist');
}
