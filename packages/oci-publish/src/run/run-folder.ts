import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { redact } from '../secrets/redact';
import { createWhole } from '../text/create-whole';
import { readVersioned, writeVersioned } from '../text/versioned-file';
import { dataFolder } from './data-folder';
import { runIdOf } from './run-id';

// A run that was killed leaves a folder of some kilobytes; the next run removes it.
const STALE_AFTER_MS = 24 * 60 * 60 * 1000;

// Of `TaskRecord`, including what images store in it.
const RECORD_VERSION = 1;

const TAGGING_FILE = 'tagging';
const LOG_FILE = 'told.txt';
const START_FILE = 'start';

/** How far a publish task of this run has come. */
export type TaskRecord<Staged> =
  | { readonly taskId: string; readonly state: 'staged'; readonly staged: Staged }
  /** Its tags are being set. If the process is killed here, only some of them have moved. */
  | { readonly taskId: string; readonly state: 'tagging' }
  | { readonly taskId: string; readonly state: 'tagged' }
  /** There is nothing to publish; no process waits for it. */
  | { readonly taskId: string; readonly state: 'skipped' }
  | { readonly taskId: string; readonly state: 'failed'; readonly reason: string };

/**
 * The shared state of the processes of one run: a folder of small files, each written once and atomically.
 *
 * Nx may split a run over several processes, none of which lives as long as the run. Contains no secret.
 */
export class RunFolder<Staged> {
  constructor(readonly folder: string) {}

  /** Records how a task ended. Atomic, and visible to the other processes at once. */
  async record(record: TaskRecord<Staged>): Promise<void> {
    const file = join(this.folder, `task-${fileNameOf(record.taskId)}.json`);
    await writeVersioned(file, RECORD_VERSION, 'reason' in record ? { ...record, reason: redact(record.reason) } : record);
  }

  /** All records so far, ordered by task id. @throws OciError `FILE_UNUSABLE` for one of another version of nx-oci. */
  async records(): Promise<readonly TaskRecord<Staged>[]> {
    const names = await readdir(this.folder).catch(emptyWhenMissing);
    const files = names.filter((name) => name.startsWith('task-') && name.endsWith('.json'));
    const records = await Promise.all(files.map((name) => readVersioned<TaskRecord<Staged>>(join(this.folder, name), RECORD_VERSION)));
    return records.sort((a, b) => (a.taskId < b.taskId ? -1 : 1));
  }

  /** Whether the caller is the one process that sets the tags: true for the first caller, false for all others. */
  async claimTagging(): Promise<boolean> {
    await mkdir(this.folder, { recursive: true });
    return createWhole(join(this.folder, TAGGING_FILE), String(process.pid));
  }

  /**
   * The time of the run in ms since 1970, the same for all its processes: that of the first caller.
   *
   * @param nowMs the current time of this process.
   */
  async startTime(nowMs: number): Promise<number> {
    await mkdir(this.folder, { recursive: true });
    const file = join(this.folder, START_FILE);
    await createWhole(file, String(nowMs));
    return Number(await readFile(file, 'utf8'));
  }

  /** Stores text for the user until the run has ended, if Nx would not show it now. Synchronously, to keep the order. */
  log(text: string): void {
    mkdirSync(this.folder, { recursive: true });
    appendFileSync(join(this.folder, LOG_FILE), `${redact(text)}\n`);
  }

  /** All stored text for the user; `''` if there is none. */
  async readLog(): Promise<string> {
    const text = await readFile(join(this.folder, LOG_FILE), 'utf8').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw error;
    });
    return text.trimEnd();
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The folder of the run that this process belongs to. */
export function openRunFolder<Staged>(workspaceRoot: string, env: NodeJS.ProcessEnv, nxPid: number): RunFolder<Staged> {
  return new RunFolder(join(runsFolder(workspaceRoot, env), runIdOf(env, nxPid)));
}

/** Where the run folders of a workspace are. */
export function runsFolder(workspaceRoot: string, env: NodeJS.ProcessEnv): string {
  return dataFolder(workspaceRoot, env, 'runs');
}

/** Removes the folders of killed runs. */
export async function removeStaleRuns(folder: string, nowMs: number): Promise<void> {
  for (const name of await readdir(folder).catch(emptyWhenMissing)) {
    const run = join(folder, name);
    // Another run may have removed it meanwhile.
    const { mtimeMs } = await stat(run).catch(neverWhenMissing);
    if (nowMs - mtimeMs > STALE_AFTER_MS) await rm(run, { recursive: true, force: true });
  }
}

/** Task ids contain `:` and `/`; the digest keeps names short and unique. */
function fileNameOf(taskId: string): string {
  return createHash('sha256').update(taskId).digest('hex').slice(0, 24);
}

function neverWhenMissing(error: unknown): { readonly mtimeMs: number } {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { mtimeMs: Infinity };
  throw error;
}

function emptyWhenMissing(error: unknown): string[] {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
  throw error;
}
