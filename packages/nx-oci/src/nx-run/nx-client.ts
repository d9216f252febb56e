import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readProcessStat } from '@nx-oci/model';
import { replaceFile } from '@nx-oci/publish';

const FILE = 'nx-process.json';

const NOTE_VERSION = 1;

interface ClientNote {
  readonly schemaVersion: typeof NOTE_VERSION;
  readonly pid: number;
  /** The start of the process: its id may be reused. */
  readonly start: string;
}

/**
 * Records in the folder of a run which process runs it: the one that the user started in a terminal. With Nx's daemon the hook
 * runs inside the daemon, which has no terminal. Records nothing if processes cannot be distinguished.
 */
export async function saveNxClient(runFolder: string, pid: number | undefined): Promise<void> {
  const start = pid === undefined ? undefined : readProcessStat(pid)?.start;
  if (pid === undefined || start === undefined) return;
  const note: ClientNote = { schemaVersion: NOTE_VERSION, pid, start };
  await replaceFile(join(runFolder, FILE), JSON.stringify(note));
}

/** The process that runs a run; `undefined` if it was not recorded, or has ended. */
export async function readNxClient(runFolder: string): Promise<number | undefined> {
  const text = await readFile(join(runFolder, FILE), 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const { schemaVersion, pid, start } = JSON.parse(text) as Partial<ClientNote>;
  // The file of another version of nx-oci may have another meaning.
  if (schemaVersion !== NOTE_VERSION || pid === undefined) return undefined;
  return readProcessStat(pid)?.start === start ? pid : undefined;
}
