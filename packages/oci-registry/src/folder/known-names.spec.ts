import fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { KnownNames } from './known-names';

describe('the names in a folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await fs.mkdtemp(join(tmpdir(), 'known-names-'));
    for (const name of ['b', 'a', '.hidden']) await fs.writeFile(join(folder, name), '');
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    decode.mockClear();
    await fs.rm(folder, { recursive: true, force: true });
  });
  const decode = jest.fn((name: string): string | undefined => (name === '.hidden' ? undefined : name.toUpperCase()));
  const age = (seconds: number) => fs.utimes(folder, new Date(), new Date(Date.now() - seconds * 1000));

  it('are decoded, sorted and read once for many pages, and again after a change', async () => {
    await age(60);
    const reading = jest.spyOn(fs, 'readdir');
    const known = new KnownNames(decode);
    for (let page = 0; page < 100; page++) expect(await known.in(folder)).toEqual(['A', 'B']);
    expect(reading).toHaveBeenCalledTimes(1);
    expect(decode).toHaveBeenCalledTimes(3);
    await fs.writeFile(join(folder, 'c'), '');
    expect(await known.in(folder)).toEqual(['A', 'B', 'C']);
    await age(30);
    await fs.rm(join(folder, 'a'));
    expect(await known.in(folder)).toEqual(['B', 'C']);
  });

  it('are read every time if the folder just changed, since its time may not show the next change', async () => {
    const reading = jest.spyOn(fs, 'readdir');
    const known = new KnownNames(decode);
    await known.in(folder);
    await known.in(folder);
    expect(reading).toHaveBeenCalledTimes(2);
  });

  it('are cached for a few folders, and read again for others', async () => {
    const folders = await Promise.all(Array.from({ length: 20 }, (_, index) => fs.mkdtemp(join(folder, `f${index}-`))));
    for (const one of folders) await fs.utimes(one, new Date(), new Date(Date.now() - 60_000));
    const reading = jest.spyOn(fs, 'readdir');
    const known = new KnownNames(decode);
    for (const one of [...folders, ...folders.slice(-10)]) await known.in(one);
    expect(reading).toHaveBeenCalledTimes(20);
    await known.in(folders[0] ?? folder);
    expect(reading).toHaveBeenCalledTimes(21);
  });
});
