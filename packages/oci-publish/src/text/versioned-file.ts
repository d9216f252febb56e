import { readFile } from 'node:fs/promises';

import { OciError } from '@nx-oci/model';

import { replaceFile } from './replace-file';

/** Writes a file for other processes of nx-oci: JSON with a version. */
export async function writeVersioned(file: string, version: number, value: object): Promise<void> {
  await replaceFile(file, JSON.stringify({ schemaVersion: version, value }));
}

/**
 * Reads what `writeVersioned` wrote.
 *
 * @throws OciError `FILE_UNUSABLE` for a file of another version of nx-oci: two versions in one run, as when Nx's daemon still
 *   has the old one, must not mix their data.
 */
export async function readVersioned<Value>(file: string, version: number): Promise<Value> {
  const written: unknown = JSON.parse(await readFile(file, 'utf8'));
  if (isOfVersion(written, version)) return written.value as Value;
  throw new OciError('FILE_UNUSABLE', `Cannot continue this run: another version of nx-oci wrote ${file}.`, {
    hint: 'Stop the Nx daemon with `nx reset` so that the whole run uses the installed version, then publish again.',
  });
}

function isOfVersion(written: unknown, version: number): written is { readonly value: unknown } {
  return (
    typeof written === 'object' && written !== null && 'schemaVersion' in written && 'value' in written && written.schemaVersion === version
  );
}
