/** Whether a path is a folder or is inside it; both relative to the workspace root. */
export function isWithin(path: string, folder: string): boolean {
  return folder === '.' ? !path.startsWith('..') : path === folder || path.startsWith(`${folder}/`);
}
