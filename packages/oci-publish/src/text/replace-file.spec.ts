import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { replaceFile } from './replace-file';

describe(replaceFile, () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'nx-oci-replace-'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it('replaces an older file, and leaves no temporary file', async () => {
    const file = join(root, 'report.json');
    await writeFile(file, 'what was there');

    await replaceFile(file, 'new');

    expect(await readFile(file, 'utf8')).toBe('new');
    expect(await readdir(root)).toEqual(['report.json']);
  });

  it('creates the folder, with the given permissions for both', async () => {
    const file = join(root, 'of', 'mine', 'hint.json');

    await replaceFile(file, 'new', { mode: 0o600, folderMode: 0o700 });

    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(root, 'of', 'mine'))).mode & 0o777).toBe(0o700);
  });

  it('leaves nothing behind when it fails, and reports why', async () => {
    await mkdir(join(root, 'report.json', 'full'), { recursive: true });

    await expect(replaceFile(join(root, 'report.json'), 'new')).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST|ENOTDIR/);

    expect(await readdir(root)).toEqual(['report.json']);
  });

  it('never shows a partial file', async () => {
    const file = join(root, 'note.json');
    const texts = ['a', 'b'].map((letter) => letter.repeat(1024 * 1024));
    await replaceFile(file, texts[0] ?? '');

    const written = Promise.all(Array.from({ length: 20 }, (_, index) => replaceFile(file, texts[index % 2] ?? '')));
    const read = await Promise.all(Array.from({ length: 20 }, () => readFile(file, 'utf8')));
    await written;

    expect(read.every((text) => texts.includes(text))).toBe(true);
  });
});
