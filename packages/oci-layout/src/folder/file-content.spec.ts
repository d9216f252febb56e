import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { releaseBuffer } from '@nx-oci/model';

import { readFileContent } from './file-content';

const CONTENT = randomBytes(3_000_000);

describe('the content of a file', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'file-content-'));
    writeFileSync(join(folder, 'layer'), CONTENT);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const openLayer = async (name = 'layer') => readFileContent(await open(join(folder, name)));

  it('uses few buffers if each is released', async () => {
    const copies: Buffer[] = [];
    const memory = new Set<ArrayBufferLike>();
    for await (const piece of (await openLayer()) as AsyncIterable<Buffer>) {
      memory.add(piece.buffer);
      copies.push(Buffer.from(piece));
      releaseBuffer(piece);
    }
    expect(Buffer.concat(copies).equals(CONTENT)).toBe(true);
    expect(copies.length).toBeGreaterThan(10);
    expect(memory.size).toBeLessThan(5);
  });

  it('is not overwritten if buffers are not released', async () => {
    const pieces: Buffer[] = [];
    for await (const piece of (await openLayer()) as AsyncIterable<Buffer>) pieces.push(piece);
    expect(Buffer.concat(pieces).equals(CONTENT)).toBe(true);
  });

  it('does not share a buffer that is released twice', async () => {
    const stream = await openLayer();
    const pieces = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    const first = (await pieces.next()).value as Buffer;
    releaseBuffer(first);
    releaseBuffer(first);
    const later: Buffer[] = [];
    for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) later.push(next.value);
    expect(Buffer.concat(later).equals(CONTENT.subarray(256 * 1024))).toBe(true);
  });

  it('is empty for an empty file, which is closed', async () => {
    writeFileSync(join(folder, 'empty'), '');
    const file = await open(join(folder, 'empty'));
    expect(await readFileContent(file).toArray()).toEqual([]);
    await expect(file.stat()).rejects.toThrow(/closed|EBADF/);
  });

  it('closes the file when its reader is closed', async () => {
    const file = await open(join(folder, 'layer'));
    const stream = readFileContent(file);
    stream.destroy();
    await new Promise((resolve) => stream.once('close', resolve));
    await expect(file.stat()).rejects.toThrow(/closed|EBADF/);
  });
});
