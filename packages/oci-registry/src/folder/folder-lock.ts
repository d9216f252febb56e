import { randomUUID } from 'node:crypto';
import { open, rename, rm, stat, utimes, writeFile, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

import { OciError } from '@nx-oci/model';

import { isDiskFull } from '../storage/disk-full';
import { isMissing } from './is-missing';
import { HEARTBEAT_MS, lockFileOf, readLock, type FolderOwner } from './lock-record';
import { processStart } from './process-start';

// How long writing a lock may take, even on a busy machine: an unreadable lock that is younger is not stale.
const WRITTEN_WITHIN_MS = 2000;
const PAUSE_MS = 50;

/** Only one process may serve a folder: two would not see each other's uploads and deletions. */
export class FolderLock {
  private owner: FolderOwner | undefined;
  private heartbeat: NodeJS.Timeout | undefined;
  private readonly file: string;

  /** @param makeRoom frees space if the disk is too full for a lock. */
  constructor(
    private readonly folder: string,
    private readonly makeRoom: () => Promise<void>,
  ) {
    this.file = lockFileOf(folder);
  }

  /** @throws OciError `FOLDER_IN_USE`, which names the other process. */
  async take(): Promise<void> {
    const owner: FolderOwner = { pid: process.pid, machine: hostname(), startedAt: processStart(process.pid), id: randomUUID() };
    const other = await this.takeFile(this.file, owner);
    if (other) throw inUse(this.folder, this.file, other);
    this.owner = owner;
    this.heartbeat = setInterval(() => void this.beat(), HEARTBEAT_MS).unref();
  }

  /** Records the URL of the owner. */
  async announce(url: string, port: number): Promise<void> {
    if (!this.owner) return;
    this.owner = { ...this.owner, url, port };
    const draft = `${this.file}.${randomUUID()}`;
    try {
      await writeFile(draft, JSON.stringify(this.owner));
      await rename(draft, this.file);
    } finally {
      await rm(draft, { force: true });
    }
  }

  async release(): Promise<void> {
    clearInterval(this.heartbeat);
    const id = this.owner?.id;
    this.owner = undefined;
    if (id !== undefined && (await readLock(this.file))?.owner?.id === id) await rm(this.file, { force: true });
  }

  /** @returns the owner of the file if it is another live process. */
  private async takeFile(file: string, owner: FolderOwner): Promise<FolderOwner | undefined> {
    while (!(await this.create(file, owner))) {
      const present = await readLock(file);
      if (present?.isLive) return present.owner;
      if (present && !present.owner && present.silentMs < WRITTEN_WITHIN_MS) await sleep(PAUSE_MS);
      else if (present) await this.removeStale(file, present.identity, owner);
    }
    return undefined;
  }

  private async create(file: string, owner: FolderOwner): Promise<boolean> {
    let handle: FileHandle;
    try {
      handle = await open(file, 'wx');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
    try {
      await this.writeOwner(handle, JSON.stringify(owner), file);
      return await isNamed(file, handle);
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
  }

  private async writeOwner(handle: FileHandle, text: string, file: string): Promise<void> {
    try {
      await handle.writeFile(text);
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      // The lock for removing a stale lock is short-lived, so that an empty file is enough.
      if (file !== this.file) return;
      // We own the new lock, so we may remove the uploads of a killed process before writing into it.
      await this.makeRoom();
      await handle.write(text, 0);
    }
  }

  /**
   * No system call removes a file only if it is unchanged, and a newer lock must stay: therefore removing a stale lock requires
   * another lock, named after it.
   */
  private async removeStale(file: string, identity: string, owner: FolderOwner): Promise<void> {
    const removal = `${file}.${identity}`;
    if (await this.takeFile(removal, owner)) return sleep(PAUSE_MS);
    try {
      if ((await readLock(file))?.identity === identity) await rm(file, { force: true });
    } finally {
      await rm(removal, { force: true });
    }
  }

  private async beat(): Promise<void> {
    const now = new Date();
    try {
      await utimes(this.file, now, now);
    } catch {
      // The folder was removed; nothing is left to protect.
      clearInterval(this.heartbeat);
    }
  }
}

/** Whether the file of this name is still the opened one: a file that stayed empty for long may have been replaced. */
async function isNamed(file: string, handle: FileHandle): Promise<boolean> {
  try {
    const [named, opened] = await Promise.all([stat(file), handle.stat()]);
    return named.ino === opened.ino;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function inUse(folder: string, file: string, { pid, url, machine }: FolderOwner): OciError {
  const where = machine === undefined || machine === hostname() ? '' : ` on ${machine}`;
  const at = url === undefined ? '' : ` at ${url}`;
  return new OciError('FOLDER_IN_USE', `Cannot serve ${folder}: process ${pid}${where} already serves it${at}.`, {
    hint: `Use that registry, stop it, or choose another folder. If process ${pid} is another program, remove ${file}.`,
  });
}
