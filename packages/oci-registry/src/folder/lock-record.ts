import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

import { isProcessAlive } from '@nx-oci/model';

import { isMissing } from './is-missing';
import { processStart } from './process-start';

/** The process that serves a folder. */
export interface FolderOwner {
  readonly pid: number;
  /** The port that it listens on; `undefined` while it is starting. */
  readonly port?: number;
  /** `http://127.0.0.1:5080` */
  readonly url?: string;
  /** The machine or container of the process. */
  readonly machine?: string;
  /** Start time of the process, see `processStart`. */
  readonly startedAt?: string;
  /** Unique for each lock. */
  readonly id?: string;
}

export const HEARTBEAT_MS = 10_000;

// For a process on another machine, only the heartbeat is visible.
const SILENT_AFTER_MS = 6 * HEARTBEAT_MS;

/** The content of a lock file. The owner is `undefined` if it is unreadable. */
export interface LockRecord {
  readonly owner: FolderOwner | undefined;
  readonly isLive: boolean;
  /** Time since the file was written, or since the last heartbeat. */
  readonly silentMs: number;
  /** Unique for each lock, even if two have the same text. */
  readonly identity: string;
}

export function lockFileOf(folder: string): string {
  return join(folder, '.served-by.json');
}

/** The live process that serves the folder; `undefined` if there is none, even if a killed process left its lock. */
export async function findFolderOwner(folder: string): Promise<FolderOwner | undefined> {
  const record = await readLock(lockFileOf(folder));
  return record?.isLive ? record.owner : undefined;
}

export async function readLock(file: string): Promise<LockRecord | undefined> {
  // Through one handle: otherwise the text could be of one lock and the time of the next one.
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
    // Partly written, by a process that is starting or was killed meanwhile.
    return undefined;
  }
}
