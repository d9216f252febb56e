/** Whether a file operation failed because the file, or a parent folder, does not exist. */
export function isMissing(error: unknown): boolean {
  // By code alone: an error from another realm (a test runner's) is not an instance of this realm's Error.
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** The value, or another one if the file does not exist. */
export async function valueUnlessMissing<Value>(read: () => Promise<Value>, otherwise: Value): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    if (isMissing(error)) return otherwise;
    throw error;
  }
}
