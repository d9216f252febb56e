/** Whether a file operation failed because the file, or a folder above it, is not there. */
export function isMissing(error: unknown): boolean {
  // By code alone: an error from another realm (a test runner's) is no instance of this one's Error.
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
