import path from 'node:path';

/** Whether a file is none of the workspace's own: what packages bring along and what builds put together are no projects. */
export function isIgnoredPath(file: string): boolean {
  return path
    .dirname(file)
    .split(/[\\/]/)
    .some((folder) => folder === 'node_modules' || folder === 'dist');
}
