import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';

import { isOciError, readTextFile } from '@nx-oci/model';

import { hasImageRecord } from '../../engines/image/image-record';
import { REPORT_FILE } from '../report/write-report';

/** What nx-oci wrote in the folder of a project; anything else there belongs to others. */
export interface OwnFiles {
  /** The folder itself, and those of its parts, as far as they have the record of an image. */
  readonly records: readonly string[];
  /** From the folder, records first: without its record, no other process takes an image for complete. */
  readonly names: readonly string[];
}

const RECORD = 'image.json';
const MARKER = 'oci-layout';
const LAYOUT = [MARKER, 'index.json', 'blobs'];
// What a killed process left of one that was replaced.
const UNFINISHED = /^\.(?:image|report|index)\.json\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** @param isKnown whether the workspace has the project: then the report of its last publish stays. */
export async function findOwnFiles(folder: string, isKnown: boolean): Promise<OwnFiles> {
  const entries = await listEntries(folder);
  const names = entries.map(({ name }) => name);
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const hasParts = await Promise.all(folders.map((name) => isRecord(join(folder, name))));
  const parts = folders.filter((_name, index) => hasParts[index]);
  const [hasRecord, hasReport] = await Promise.all([isRecord(folder), isOurs(join(folder, REPORT_FILE))]);
  // A failed build leaves a layout without a record.
  const hasLayout = hasRecord || (names.includes(MARKER) && (isKnown || hasReport));
  const isOwn = hasLayout || hasReport || parts.length > 0;
  const isOwnFile = (name: string): boolean =>
    (hasLayout && LAYOUT.includes(name)) || (isOwn && ((!isKnown && name === REPORT_FILE) || UNFINISHED.test(name)));
  const records = [...(hasRecord ? ['.'] : []), ...parts];
  const partFiles = await Promise.all(parts.map((name) => listPartFiles(folder, name)));
  return {
    records: records.map((name) => join(folder, name)),
    names: [...records.map((name) => join(name, RECORD)), ...names.filter(isOwnFile), ...partFiles.flat()],
  };
}

/** Removes them, and their folders if nothing else is there. */
export async function removeOwnFiles(folder: string, isKnown: boolean): Promise<void> {
  const { names, records } = await findOwnFiles(folder, isKnown);
  for (const name of names) await rm(join(folder, name), { recursive: true, force: true });
  for (const one of [...records.filter((record) => record !== folder), folder]) await removeEmpty(one);
}

/** Without its record. */
async function listPartFiles(folder: string, part: string): Promise<readonly string[]> {
  const names = (await listEntries(join(folder, part))).map(({ name }) => name);
  return names.filter((name) => LAYOUT.includes(name) || UNFINISHED.test(name)).map((name) => join(part, name));
}

async function isRecord(folder: string): Promise<boolean> {
  return (await hasImageRecord(folder)) && (await isOurs(join(folder, RECORD)));
}

// A report, or a record: it names each file of the image.
const LONGEST_BYTES = 256 * 1024 * 1024;

/** Whether a file is a record or a report of any version of nx-oci: others, too, name a file `image.json`. */
async function isOurs(file: string): Promise<boolean> {
  const written = parseJson(await readTextFile(file, LONGEST_BYTES).catch(ifOther));
  if (typeof written !== 'object' || written === null) return false;
  const { schemaVersion, project } = written as Readonly<Record<string, unknown>>;
  return typeof schemaVersion === 'number' && typeof project === 'string';
}

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A folder with the name of a file, or a file that is larger than any of ours. */
function ifOther(error: unknown): undefined {
  if (isOciError(error) || (error as NodeJS.ErrnoException).code === 'EISDIR') return undefined;
  throw error;
}

async function listEntries(folder: string) {
  return readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
}

async function removeEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch((error: unknown) => {
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  });
}
