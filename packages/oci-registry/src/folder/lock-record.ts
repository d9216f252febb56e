import { readFile, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

import { isMissing } from './is-missing';
import { isProcessAlive, processStart } from './process-start';

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

/** What is in a lock file: whose lock it is, or only its text where that cannot be read. */
export interface LockRecord {
  readonly text: string;
  readonly owner: FolderOwner | undefined;
  readonly isLive: boolean;
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
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(file, 'utf8'), stat(file)]);
    const owner = parseOwner(text);
    return { text, owner, isLive: owner !== undefined && isLive(owner, Date.now() - mtimeMs) };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
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
