import { z } from 'zod';

import { type FileIds } from '../../git/file-ids';

/**
 * What the tasks that make an image read, so that a publish can compare it where those tasks do not run. Part of `image.json`;
 * known where the workspace is in a git repository.
 */
export interface InputsRecord {
  /** By path from the workspace root: the id of the blob that git would store. */
  readonly files: Readonly<Record<string, string>>;
  /** Tasks that make what the image packs, and that did not run before it: `api:build`. */
  readonly notRun: readonly string[];
}

const filesSchema = z.custom<InputsRecord['files']>((value) => typeof value === 'object' && value !== null && !Array.isArray(value));

export const inputsSchema = z.object({ files: filesSchema, notRun: z.array(z.string()) }) satisfies z.ZodType<InputsRecord>;

/** Of files of the workspace, those that the tasks of an image read. */
export type SelectInputs = (paths: readonly string[]) => readonly string[];

/** Notes what there is of the inputs now. */
export async function noteInputs(ids: FileIds, select: SelectInputs, notRun: readonly string[]): Promise<InputsRecord> {
  const found = await ids.idsOf(select(ids.paths));
  return { files: Object.fromEntries([...found].sort(([one], [other]) => (one < other ? -1 : 1))), notRun };
}
