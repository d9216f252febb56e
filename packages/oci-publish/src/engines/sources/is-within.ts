/** Whether a path is a folder, or lies in it; both from the workspace root. */
export function isWithin(path: string, folder: string): boolean {
  return folder === '.' ? !path.startsWith('..') : path === folder || path.startsWith(`${folder}/`);
}
