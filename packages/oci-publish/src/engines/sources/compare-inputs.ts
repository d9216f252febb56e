import { type FileIds } from '../../git/file-ids';
import { type InputsRecord, type SelectInputs } from './inputs-record';

/** The first input that is no longer what an image was made from. */
export interface InputChange {
  /** From the workspace root. */
  readonly path: string;
  readonly how: 'changed' | 'added' | 'removed';
}

/**
 * Compares the inputs of an image with those that it was made from. Content decides, not the commit. A file that git does not
 * know and that was not there is no reason: a test may have left it.
 *
 * @returns `undefined` where they are equal, `absent` where none of them is here.
 */
export async function compareInputs(
  { files }: InputsRecord,
  ids: FileIds,
  select: SelectInputs,
): Promise<InputChange | 'absent' | undefined> {
  const selected = select(ids.paths).filter((path) => files[path] !== undefined || ids.isTracked(path));
  const now = await ids.idsOf(selected);
  if (now.size === 0 && Object.keys(files).length > 0) return 'absent';
  const paths = [...new Set([...Object.keys(files), ...now.keys()])];
  const path = paths.filter((one) => files[one] !== now.get(one)).sort()[0];
  if (path === undefined) return undefined;
  return { path, how: files[path] === undefined ? 'added' : now.has(path) ? 'changed' : 'removed' };
}
