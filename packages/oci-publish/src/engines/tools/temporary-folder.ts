import { createHash } from 'node:crypto';
import { readlinkSync, rmSync, type Stats } from 'node:fs';
import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

import { isProcessAlive, readBootId, readProcessStat } from '@nx-oci/model';

/** A folder that only this user can read, and which goes with its process at the latest. */
export interface TemporaryFolder {
  readonly folder: string;
  remove(): Promise<void>;
}

// nx-oci-build-<machine>-<pid>-<start>-<random>; older versions named no process.
const NAME = /^nx-oci-build-(?:([0-9a-f]{8})-(\d{1,10})-(\d{0,20})-)?[A-Za-z0-9]{6}$/;

// Of processes that we cannot ask for: of another container, another machine that shares the folder, or before a restart.
const STALE_AFTER_MS = 24 * 60 * 60 * 1000;

/** Where builders keep what is large for a moment: /tmp may be in memory. */
const LARGE_FOLDER = '/var/tmp';

/**
 * Makes a folder whose name says which process it belongs to, so that `sweepTemporaryFolders` finds it after a SIGKILL.
 *
 * @param parent absolute; the system's own folder by default.
 */
export async function makeTemporaryFolder(parent = tmpdir()): Promise<TemporaryFolder> {
  // mkdtemp gives mode 0700.
  const folder = await mkdtemp(join(parent, `${temporaryName(process.pid)}-`));
  // For an exit that cannot wait.
  const removeNow = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeNow);
  return {
    folder,
    async remove() {
      await rm(folder, { recursive: true, force: true });
      process.off('exit', removeNow);
    },
  };
}

/** The name of a folder of a process, without the random end. */
export function temporaryName(pid: number): string {
  return `nx-oci-build-${machineId()}-${pid}-${readProcessStat(pid)?.start ?? ''}`;
}

/** Whether a process that `temporaryName` was given for is gone; one of another machine is not known to be. */
export function isOwnerGone(name: string): boolean {
  const [, machine, pid = '', start = ''] = NAME.exec(`${name}-000000`) ?? [];
  return machine === machineId() && isProcessGone(Number(pid), start);
}

/** Removes what processes that are gone have left in these folders, as far as it is this user's own. */
export async function sweepTemporaryFolders(nowMs: number, parents: readonly string[] = [tmpdir(), LARGE_FOLDER]): Promise<void> {
  await Promise.all([...new Set(parents)].map((parent) => sweep(parent, nowMs)));
}

async function sweep(parent: string, nowMs: number): Promise<void> {
  // Missing or not accessible: then none of it is ours.
  const names = await readdir(parent).catch(() => []);
  for (const name of names.filter((one) => NAME.test(one))) {
    const stats = await lstat(join(parent, name)).catch(() => undefined);
    // What cannot be removed now is tried again by the next run.
    if (stats !== undefined && isLeftBehind(name, stats, nowMs)) {
      await rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined);
    }
  }
}

/** A link, and the folder of another user, may have been put there to have something else removed. */
function isLeftBehind(name: string, stats: Stats, nowMs: number): boolean {
  if (!stats.isDirectory() || stats.uid !== (process.getuid?.() ?? stats.uid)) return false;
  const [, machine, pid = '', start = ''] = NAME.exec(name) ?? [];
  if (machine !== machineId()) return nowMs - stats.mtimeMs > STALE_AFTER_MS;
  return isProcessGone(Number(pid), start);
}

/** The id may belong to another process by now, which started later. */
function isProcessGone(pid: number, start: string): boolean {
  return start === '' ? !isProcessAlive(pid) : readProcessStat(pid)?.start !== start;
}

/** Identifies the scope in which process ids are unique: a machine since it started, and a container on it. */
function machineId(): string {
  const facts = [hostname(), readBootId() ?? '', readPidNamespace()];
  return createHash('sha256').update(facts.join('\n')).digest('hex').slice(0, 8);
}

/** Not every system has this file. */
function readPidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}
