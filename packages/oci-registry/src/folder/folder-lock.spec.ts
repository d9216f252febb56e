import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs, { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { folderStorage, startRegistry, type RunningRegistry } from '..';
import { FolderLock } from './folder-lock';
import { findFolderOwner, lockFileOf } from './lock-record';
import { processStart } from './process-start';

describe('a served folder', () => {
  let folder: string;
  const running: RunningRegistry[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oci-registry-'));
  });
  afterEach(async () => {
    for (const registry of running.splice(0)) await registry.close();
    await rm(folder, { recursive: true });
  });

  const start = async (port = 0): Promise<RunningRegistry> => {
    const registry = await startRegistry({ storage: folderStorage(folder), port });
    running.push(registry);
    return registry;
  };
  const leaveLock = (lock: unknown): Promise<void> =>
    writeFile(join(folder, '.served-by.json'), typeof lock === 'string' ? lock : JSON.stringify(lock));

  const leaveOldLock = async (lock: unknown): Promise<void> => {
    await leaveLock(lock);
    await utimes(lockFileOf(folder), new Date(0), new Date(0));
  };

  it('is refused to a second server, whose error names the first', async () => {
    const { url } = await start();
    await expect(start()).rejects.toMatchObject({
      code: 'FOLDER_IN_USE',
      message: `Cannot serve ${folder}: process ${process.pid} already serves it at ${url}.`,
      hint: expect.stringContaining('.served-by.json') as string,
    });
    expect((await fetch(`${url}/v2/`)).status).toBe(200);
  });

  it('is served by one of many servers that start at once after a killed one', async () => {
    await leaveLock({ pid: 2 ** 22 + 1 });
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => start()));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it.each<[string, string]>([
    ['a killed server left', JSON.stringify({ pid: 2 ** 22 + 1 })],
    ['cannot be read', '{"pid":'],
  ])('has at most one owner when many take it over at once from a lock that %s', async (_, text) => {
    for (let round = 0; round < 10; round += 1) {
      await leaveOldLock(text);
      const locks = Array.from({ length: 12 }, () => new FolderLock(folder, () => Promise.resolve()));
      const outcomes = await Promise.allSettled(locks.map((lock) => lock.take()));
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      await Promise.all(locks.map((lock) => lock.release()));
      expect(await readdir(folder)).toEqual([]);
    }
  });

  it('has at most one owner when a slow disk lets others in between check and removal of a lock', async () => {
    const remove = fs.rm;
    let calls = 0;
    const slow = jest.spyOn(fs, 'rm').mockImplementation(async (...given) => {
      if (calls++ % 2 === 0) await sleep(30);
      return remove(...given);
    });
    try {
      for (let round = 0; round < 3; round += 1) {
        await leaveOldLock('{"pid":');
        const locks = Array.from({ length: 6 }, () => new FolderLock(folder, () => Promise.resolve()));
        const outcomes = await Promise.allSettled(locks.map((lock) => lock.take()));
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        await Promise.all(locks.map((lock) => lock.release()));
      }
    } finally {
      slow.mockRestore();
    }
  });

  it('belongs to the server that replaced a lock while it was still empty', async () => {
    const open = fs.open;
    const replaced = jest.spyOn(fs, 'open').mockImplementationOnce(async (...given) => {
      const handle = await open(...given);
      await rm(lockFileOf(folder));
      await leaveLock({ pid: process.ppid, port: 5080 });
      return handle;
    });
    await expect(start()).rejects.toMatchObject({ code: 'FOLDER_IN_USE' });
    replaced.mockRestore();
  });

  it('waits for a lock that is being written', async () => {
    await leaveLock('');
    const started = start();
    await leaveLock({ pid: process.ppid, port: 5080 });
    await expect(started).rejects.toMatchObject({ code: 'FOLDER_IN_USE' });
  });

  it('is free again after a close, and after a failed start', async () => {
    const before = await start();
    await before.close();
    const { port: other } = await startRegistry().then((registry) => (running.push(registry), registry));
    await expect(start(other)).rejects.toMatchObject({ code: 'PORT_IN_USE' });
    expect(await readdir(folder)).not.toContain('.served-by.json');
    expect((await start(before.port)).port).toBe(before.port);
  });

  it.each<[string, unknown]>([
    ['of a process that is gone', { pid: 2 ** 22 + 1, port: 5080 }],
    ['that was cut short', '{"pid":'],
    ['that is empty', ''],
    ['that is no lock', { pid: '1' }],
    ['of nothing', null],
  ])('is taken over from a lock %s', async (_, lock) => {
    await leaveOldLock(lock);
    const { url } = await start();
    expect(await findFolderOwner(folder)).toMatchObject({ pid: process.pid, url });
  });

  it('is not taken from a running process, even if that process did not write the lock', async () => {
    await leaveLock({ pid: process.ppid, port: 5080 });
    await expect(start()).rejects.toMatchObject({ code: 'FOLDER_IN_USE' });
  });

  (process.platform === 'linux' ? it : it.skip)('is taken over where the id of a killed process belongs to another one now', async () => {
    const other = spawn('sleep', ['30']);
    await once(other, 'spawn');
    await leaveLock({ pid: other.pid, port: 5080, startedAt: processStart(process.pid) });
    await start();
    other.kill();
  });

  it('is only taken from another machine without a heartbeat', async () => {
    await leaveLock({ pid: process.pid, url: 'http://127.0.0.1:5080', machine: 'another.machine' });
    await expect(start()).rejects.toThrow(`process ${process.pid} on another.machine already serves it at http://127.0.0.1:5080`);
    const silent = new Date(Date.now() - 120_000);
    await utimes(join(folder, '.served-by.json'), silent, silent);
    await start();
  });
});
