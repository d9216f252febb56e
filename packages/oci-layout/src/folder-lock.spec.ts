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
  it('lets one task in at a time', async () => {
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

  it('is given back when the task fails', async () => {
    await expect(withLock(join(folder, 'lock'), () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(readdir(folder)).resolves.toEqual([]);
  });

  it('is taken from a process that was killed long ago', async () => {
    await writeFile(join(folder, 'lock'), '');
    await utimes(join(folder, 'lock'), 1, 1);
    await expect(withLock(join(folder, 'lock'), () => Promise.resolve('in'))).resolves.toBe('in');
    await expect(readdir(folder)).resolves.toEqual([]);
  });
});
