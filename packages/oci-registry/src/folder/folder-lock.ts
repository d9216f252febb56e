import { randomUUID } from 'node:crypto';
import { open, rename, rm, utimes, writeFile, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

import { OciError } from '@nx-oci/model';

import { isDiskFull } from '../disk-full';
import { isMissing } from './is-missing';
import { HEARTBEAT_MS, lockFileOf, readLock, type FolderOwner, type LockRecord } from './lock-record';
import { processStart } from './process-start';

// How long a lock that cannot be read may be one that is being written.
const UNREADABLE_TRIES = 5;
const PAUSE_MS = 50;

/** One process serves a folder: two would not see each other's uploads, nor what the other is about to remove. */
export class FolderLock {
  private owner: FolderOwner | undefined;
  private heartbeat: NodeJS.Timeout | undefined;
  private readonly file: string;

  /** @param makeRoom frees space on a disk that is too full for a lock. */
  constructor(
    private readonly folder: string,
    private readonly makeRoom: () => Promise<void>,
  ) {
    this.file = lockFileOf(folder);
  }

  /** @throws OciError `FOLDER_IN_USE`, which names the other process. */
  async take(): Promise<void> {
    const owner: FolderOwner = { pid: process.pid, machine: hostname(), startedAt: processStart(process.pid), id: randomUUID() };
    for (let unreadable = 0; !(await this.create(owner));) {
      const present = await readLock(this.file);
      if (present?.owner && present.isLive) throw inUse(this.folder, this.file, present.owner);
      if (present && !present.owner && unreadable < UNREADABLE_TRIES) {
        unreadable += 1;
        await sleep(PAUSE_MS);
      } else if (present) await this.removeStale(present);
    }
    this.owner = owner;
    this.heartbeat = setInterval(() => void this.beat(), HEARTBEAT_MS).unref();
  }

  /** Adds where the owner is reached. */
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

  private async create(owner: FolderOwner): Promise<boolean> {
    let handle: FileHandle;
    try {
      handle = await open(this.file, 'wx');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
    try {
      await this.writeOwner(handle, JSON.stringify(owner));
      return true;
    } catch (error) {
      await rm(this.file, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
  }

  /** The file is ours by being new: what a killed process left of its uploads may go before anything is in it. */
  private async writeOwner(handle: FileHandle, text: string): Promise<void> {
    try {
      await handle.writeFile(text);
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      await this.makeRoom();
      await handle.write(text, 0);
    }
  }

  /** Of several that find a stale lock one moves it away; who moved a newer one by that puts it back. */
  private async removeStale(stale: LockRecord): Promise<void> {
    const aside = `${this.file}.${randomUUID()}`;
    try {
      await rename(this.file, aside);
    } catch (error) {
      if (isMissing(error)) return;
      throw error;
    }
    if ((await readLock(aside))?.text === stale.text) await rm(aside, { force: true });
    else await rename(aside, this.file);
  }

  private async beat(): Promise<void> {
    const now = new Date();
    try {
      await utimes(this.file, now, now);
    } catch {
      // The folder was removed while it was served; there is nothing left to guard.
      clearInterval(this.heartbeat);
    }
  }
}

function inUse(folder: string, file: string, { pid, url, machine }: FolderOwner): OciError {
  const where = machine === undefined || machine === hostname() ? '' : ` on ${machine}`;
  const at = url === undefined ? '' : ` at ${url}`;
  return new OciError('FOLDER_IN_USE', `Cannot serve ${folder}: process ${pid}${where} serves it already${at}.`, {
    hint: `Use that registry, stop it, or choose another folder. If process ${pid} is another program, remove ${file}.`,
  });
}
