import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import {
  appendFile,
  chmod,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
  type FileHandle,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

import { toFailWithCode } from '@nx-oci/model/testing';

import { collectLayers } from './collect-layers';
import type { LayerEntry } from './layer-entry';
import { writeTar } from './tar-writer';

expect.extend({ toFailWithCode });

const run = promisify(execFile);

let folder: string;
let source: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nx-oci-tar-'));
  source = join(folder, 'source');
  await mkdir(source);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function collect(): Promise<readonly LayerEntry[]> {
  const [entries] = await collectLayers([[{ from: source, to: '/' }]]);
  return entries!;
}

describe('writeTar', () => {
  it('writes an archive that tar extracts to the same files, links and modes', async () => {
    const long = join('a'.repeat(120), 'b'.repeat(120), 'c'.repeat(120));
    await mkdir(join(source, long), { recursive: true });
    await mkdir(join(source, 'empty'));
    const contents = {
      plain: 'text',
      tool: '#!/bin/sh\n',
      größe: 'ü',
      [join(long, 'file')]: 'deep',
      nothing: '',
      big: 'x'.repeat(700_000),
    };
    for (const [name, content] of Object.entries(contents)) await writeFile(join(source, name), content);
    await chmod(join(source, 'tool'), 0o711);
    await symlink('plain', join(source, 'link'));

    const archive = join(folder, 'layer.tar');
    await pipeline(writeTar(await collect()), createWriteStream(archive));
    await mkdir(join(folder, 'out'));
    await run('tar', ['-xpf', archive, '-C', join(folder, 'out')]);

    const out = (name: string) => join(folder, 'out', name);
    for (const [name, content] of Object.entries(contents)) expect(await readFile(out(name), 'utf8')).toBe(content);
    expect(await readlink(out('link'))).toBe('plain');
    expect(await readdir(out('empty'))).toEqual([]);
    const modes = await Promise.all(['plain', 'tool', 'empty'].map(async (name) => (await stat(out(name))).mode & 0o7777));
    expect(modes).toEqual([0o644, 0o755, 0o755]);
    expect((await readdir(out('.'))).length).toBe((await readdir(source)).length);
  });

  it.each([
    ['small', 10],
    ['large', 1_000_000],
  ])('gives a %s file another time for another content of the same size, and the same for the same', async (_size, bytes) => {
    const timeOf = async (content: string, folderName: string) => {
      await writeFile(join(source, 'index.html'), content.repeat(bytes));
      const archive = join(folder, 'layer.tar');
      await pipeline(writeTar(await collect()), createWriteStream(archive));
      await mkdir(join(folder, folderName));
      await run('tar', ['-xpf', archive, '-C', join(folder, folderName)]);
      return (await stat(join(folder, folderName, 'index.html'))).mtimeMs;
    };
    const [first, second, again] = [await timeOf('a', 'first'), await timeOf('b', 'second'), await timeOf('a', 'again')];
    expect(second).not.toBe(first);
    expect(again).toBe(first);
    // Not before the first year of a zip archive, and never mistaken for a recent change.
    for (const time of [first, second]) {
      expect(time).toBeGreaterThan(Date.UTC(1980, 0));
      expect(time).toBeLessThan(Date.UTC(1998, 0));
    }
  });

  it.each(['small', 'large'])('fails when a %s file grew after it was listed', async (size) => {
    await writeFile(join(source, 'a'), Buffer.alloc(size === 'small' ? 10 : 1_000_000));
    const entries = await collect();
    await appendFile(join(source, 'a'), 'more');
    await expect(buffer(writeTar(entries))).toFailWithCode('LAYER_SOURCE_INVALID', /changed or removed while the layer was packed/);
  });

  it('fails if a file was rewritten with the same size, truncated, or removed', async () => {
    for (const change of [
      (path: string) => writeFile(path, 'CONTENT'),
      (path: string) => writeFile(path, ''),
      (path: string) => rm(path),
    ]) {
      await writeFile(join(source, 'a'), 'content');
      const entries = await collect();
      // The clock of file systems only advances every few milliseconds.
      await new Promise((resolve) => setTimeout(resolve, 20));
      await change(join(source, 'a'));
      await expect(buffer(writeTar(entries))).toFailWithCode('LAYER_SOURCE_INVALID', /Cannot put .*a into a layer/);
    }
  });

  const REPLACEMENTS: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
    'a pipe': (path) => run('mkfifo', [path]),
    'a pipe with a writer': (path) => run('mkfifo', [path]).then(async () => writers.push(await open(path, 'r+'))),
    'a folder': (path) => mkdir(path),
    'a link to another file': (path) => symlink(__filename, path),
    'a link to itself': (path) => symlink(path, path),
  };
  const writers: FileHandle[] = [];
  afterEach(() => Promise.all(writers.splice(0).map((writer) => writer.close())));

  it.each(Object.keys(REPLACEMENTS).flatMap((name) => ['an empty', 'a small', 'a large'].map((size) => [size, name] as const)))(
    'fails at once when %s file was replaced by %s',
    async (size, name) => {
      const from = join(source, 'a');
      await writeFile(from, Buffer.alloc({ 'an empty': 0, 'a small': 10 }[size] ?? 1_000_000));
      const entries = await collect();
      await rm(from);
      await REPLACEMENTS[name]!(from);
      await expect(buffer(writeTar(entries))).toFailWithCode('LAYER_SOURCE_INVALID', /a into a layer: it was changed or removed/);
    },
  );

  const onLinux = process.platform === 'linux' ? it : it.skip;
  onLinux('fails with a file of /proc, whose size is 0 whatever it contains', async () => {
    const [entries] = await collectLayers([[{ from: '/proc/version', to: '/version' }]]);
    await expect(buffer(writeTar(entries!))).toFailWithCode('LAYER_SOURCE_INVALID', /its size is 0, but it has content/);
  });

  describe('of many small files', () => {
    beforeEach(async () => {
      for (let number = 0; number < 400; number += 1) await writeFile(join(source, `${number}.txt`), `${number}`.repeat(number % 300));
    });
    afterEach(() => jest.restoreAllMocks());

    it('has the same bytes from a file system that is slow, always or now and then', async () => {
      const entries = await collect();
      const fast = await buffer(writeTar(entries));
      for (const slowEvery of [1, 7, 150]) {
        let [nowMs, calls] = [0, 0];
        jest.spyOn(performance, 'now').mockImplementation(() => {
          calls += 1;
          return (nowMs += calls % slowEvery === 0 ? 10 : 0);
        });
        expect((await buffer(writeTar(entries))).equals(fast)).toBe(true);
        expect(calls).toBeLessThan(2 * entries.length + 1);
        jest.restoreAllMocks();
      }
    });

    it('fails with a file that changed, even on a slow file system', async () => {
      const entries = await collect();
      await appendFile(join(source, '300.txt'), 'more');
      let nowMs = 0;
      jest.spyOn(performance, 'now').mockImplementation(() => (nowMs += 10));
      await expect(buffer(writeTar(entries))).toFailWithCode('LAYER_SOURCE_INVALID', /300\.txt/);
    });

    it('lets other work have its turn while it is written', async () => {
      const entries = await collect();
      let turns = 0;
      const count = () => {
        turns += 1;
        immediate = setImmediate(count);
      };
      let immediate = setImmediate(count);
      await buffer(writeTar(entries));
      clearImmediate(immediate);
      expect(turns).toBeGreaterThan(3);
    });
  });

  it('reads a large file no faster than its reader', async () => {
    const file = await open(join(source, 'huge'), 'w');
    await file.truncate(4 * 1024 ** 3);
    await file.close();
    const archive = writeTar(await collect());
    await once(archive, 'readable');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(archive.readableLength).toBeLessThan(4 * 1024 * 1024);
    archive.destroy();
    await once(archive, 'close');
  });
});
