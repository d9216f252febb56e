import fs, { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { stampOf } from './file-stamp';
import { type FileEntry } from './layer-entry';
import { readFileEntry } from './read-file-entry';

it('a file is read completely under Yarn’s Plug’n’Play, which needs an explicit length', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nx-oci-read-'));
  const from = join(folder, 'file');
  await writeFile(from, 'content');
  const entry = { from, size: 7, stamp: stampOf(await stat(from, { bigint: true })).stamp } as FileEntry;
  const open = fs.open;
  jest.spyOn(fs, 'open').mockImplementation(async (...given) => {
    const handle = await open(...given);
    const read = handle.read.bind(handle) as (...asked: unknown[]) => Promise<unknown>;
    const asYarn = (...asked: unknown[]) =>
      ArrayBuffer.isView(asked[0]) ? read(asked[0], asked[1] ?? 0, asked[2] ?? 0, asked[3]) : read(asked[0]);
    return Object.assign(handle, { read: asYarn });
  });
  const pieces: Buffer[] = [];
  for await (const piece of readFileEntry(entry)) pieces.push(piece);
  expect(Buffer.concat(pieces).toString()).toBe('content');
  jest.restoreAllMocks();
  await rm(folder, { recursive: true });
});
