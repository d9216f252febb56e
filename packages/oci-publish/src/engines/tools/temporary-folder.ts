import { createHash } from 'node:crypto';
import { readlinkSync, rmSync, type Stats } from 'node:fs';
import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

import { isProcessAlive, readBootId, readProcessStat } from '@nx-oci/model';

/** A folder that only this user can read, removed when its process ends, at the latest. */
export interface TemporaryFolder {
  readonly folder: string;
  remove(): Promise<void>;
}

// nx-oci-build-<machine>-<pid>-<start>-<random>; names of older versions contain no process.
const NAME = /^nx-oci-build-(?:([0-9a-f]{8})-(\d{1,10})-(\d{0,20})-)?[A-Za-z0-9]{6}$/;

// For processes that we cannot check: of another container, another machine that shares the folder, or before a restart.
const STALE_AFTER_MS = 24 * 60 * 60 * 1000;

/** Where builders put large temporary files: /tmp may be in memory. */
const LARGE_FOLDER = '/var/tmp';

/**
 * Makes a folder whose name identifies its process, so that `sweepTemporaryFolders` finds it after a SIGKILL.
 *
 * @param parent absolute; the system's own folder by default.
 */
export async function makeTemporaryFolder(parent = tmpdir()): Promise<TemporaryFolder> {
  // mkdtemp gives mode 0700.
  const folder = await mkdtemp(join(parent, `${temporaryName(process.pid)}-`));
  // For an exit that cannot wait for promises.
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

/** Whether the process in a name of `temporaryName` has ended; unknown, and thus false, for another machine. */
export function isOwnerGone(name: string): boolean {
  const [, machine, pid = '', start = ''] = NAME.exec(`${name}-000000`) ?? [];
  return machine === machineId() && isProcessGone(Number(pid), start);
}

/** Removes what ended processes left in these folders, if it belongs to this user. */
export async function sweepTemporaryFolders(nowMs: number, parents: readonly string[] = [tmpdir(), LARGE_FOLDER]): Promise<void> {
  await Promise.all([...new Set(parents)].map((parent) => sweep(parent, nowMs)));
}

async function sweep(parent: string, nowMs: number): Promise<void> {
  // Missing or not accessible: then nothing in it is ours.
  const names = await readdir(parent).catch(() => []);
  for (const name of names.filter((one) => NAME.test(one))) {
    const stats = await lstat(join(parent, name)).catch(() => undefined);
    // The next run tries again.
    if (stats !== undefined && isLeftBehind(name, stats, nowMs)) {
      await rm(join(parent, name), { recursive: true, force: true }).catch(() => undefined);
    }
  }
}

/** Refuses links and folders of other users, which may be a trap to have something else removed. */
function isLeftBehind(name: string, stats: Stats, nowMs: number): boolean {
  if (!stats.isDirectory() || stats.uid !== (process.getuid?.() ?? stats.uid)) return false;
  const [, machine, pid = '', start = ''] = NAME.exec(name) ?? [];
  if (machine !== machineId()) return nowMs - stats.mtimeMs > STALE_AFTER_MS;
  return isProcessGone(Number(pid), start);
}

/** The id may now belong to another process, which started later. */
function isProcessGone(pid: number, start: string): boolean {
  return start === '' ? !isProcessAlive(pid) : readProcessStat(pid)?.start !== start;
}

/** Identifies the scope in which process ids are unique: a machine since its start, and a container on it. */
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
