import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

import { isProcessAlive } from '@nx-oci/model';

import { isMissing } from './is-missing';
import { processStart } from './process-start';

/** Who serves a folder. */
export interface FolderOwner {
  readonly pid: number;
  /** The port that it listens on; `undefined` while it is only starting. */
  readonly port?: number;
  /** `http://127.0.0.1:5080` */
  readonly url?: string;
  /** The machine or container that the process id is of. */
  readonly machine?: string;
  /** When the process was started, see `processStart`. */
  readonly startedAt?: string;
  /** One lock of one process. */
  readonly id?: string;
}

export const HEARTBEAT_MS = 10_000;

// Of another machine only the heartbeat can be seen.
const SILENT_AFTER_MS = 6 * HEARTBEAT_MS;

/** What is in a lock file. Its owner is `undefined` where that cannot be read. */
export interface LockRecord {
  readonly owner: FolderOwner | undefined;
  readonly isLive: boolean;
  /** How long ago the file was written, or its owner's heart last beat. */
  readonly silentMs: number;
  /** The same for one lock only, also where two have the same text. */
  readonly identity: string;
}

export function lockFileOf(folder: string): string {
  return join(folder, '.served-by.json');
}

/** Who serves the folder now; `undefined` where nobody does, whatever a process that was killed left behind. */
export async function findFolderOwner(folder: string): Promise<FolderOwner | undefined> {
  const record = await readLock(lockFileOf(folder));
  return record?.isLive ? record.owner : undefined;
}

export async function readLock(file: string): Promise<LockRecord | undefined> {
  // Through one handle: read by its name twice, the text could be of one lock and its time of the next one.
  const handle = await open(file).catch(absentIfMissing);
  if (!handle) return undefined;
  try {
    const [text, { ino, mtimeMs }] = await Promise.all([handle.readFile('utf8'), handle.stat()]);
    const owner = parseOwner(text);
    const silentMs = Date.now() - mtimeMs;
    const identity = createHash('sha256').update(`${ino} ${mtimeMs} ${text}`).digest('hex').slice(0, 16);
    return { owner, silentMs, identity, isLive: owner !== undefined && isLive(owner, silentMs) };
  } finally {
    await handle.close();
  }
}

function absentIfMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}

function isLive({ pid, machine, startedAt }: FolderOwner, silentMs: number): boolean {
  if (machine !== undefined && machine !== hostname()) return silentMs < SILENT_AFTER_MS;
  if (!isProcessAlive(pid)) return false;
  const started = processStart(pid);
  return startedAt === undefined || started === undefined || startedAt === started;
}

function parseOwner(text: string): FolderOwner | undefined {
  try {
    const owner = JSON.parse(text) as Partial<FolderOwner> | null;
    return Number.isSafeInteger(owner?.pid) && Number(owner?.pid) > 0 ? (owner as FolderOwner) : undefined;
  } catch {
    // Half written: by a process that is starting right now, or that was killed doing so.
    return undefined;
  }
}
