/** Whether a file operation failed because the file, or a parent folder, does not exist. */
export function isMissing(error: unknown): boolean {
  // By code alone: an error from another realm (a test runner's) is not an instance of this realm's Error.
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
