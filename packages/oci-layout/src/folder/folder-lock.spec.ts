import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { withLock } from './folder-lock';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nx-oci-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('withLock', () => {
  it('runs one task at a time', async () => {
    let inside = 0;
    const most: number[] = [];
    const task = async () => {
      most.push(++inside);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inside--;
    };
    await Promise.all(Array.from({ length: 10 }, () => withLock(join(folder, 'lock'), task)));
    expect(most).toEqual(Array.from({ length: 10 }, () => 1));
  });

  it('runs one task at a time even if many take over the lock of a killed process at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      await writeFile(join(folder, 'lock'), '');
      await utimes(join(folder, 'lock'), 1, 1);
      let inside = 0;
      const most: number[] = [];
      const task = async () => {
        most.push(++inside);
        await new Promise((resolve) => setTimeout(resolve, 2));
        inside--;
      };
      const startLater = async (ticks: number) => {
        for (let tick = 0; tick < ticks; tick += 1) await new Promise(setImmediate);
        return withLock(join(folder, 'lock'), task);
      };
      await Promise.all(Array.from({ length: 20 }, (_, index) => startLater(index % 10)));
      expect(most).toEqual(Array.from({ length: 20 }, () => 1));
    }
  });

  it('is released when the task fails', async () => {
    await expect(withLock(join(folder, 'lock'), () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(readdir(folder)).resolves.toEqual([]);
  });

  it('is taken over from a killed process', async () => {
    await writeFile(join(folder, 'lock'), '');
    await utimes(join(folder, 'lock'), 1, 1);
    await expect(withLock(join(folder, 'lock'), () => Promise.resolve('in'))).resolves.toBe('in');
    await expect(readdir(folder)).resolves.toEqual([]);
  });
});
