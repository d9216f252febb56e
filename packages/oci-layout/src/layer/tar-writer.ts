import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { crc32 } from 'node:zlib';

import type { FileEntry, LayerEntry } from './layer-entry';
import { readFileEntry, readSmallFile } from './read-file-entry';
import { timeOfChecksum } from './content-time';
import { encodeTarHeader, END_OF_ARCHIVE, paddingAfter } from './tar-header';

// Most files of a layer are small. Usually they are in memory, and are read synchronously; if the file system is slow
// (a network, a cold disk), packing would only wait, so the next files are read ahead.
const SMALL_BYTES = 128 * 1024;
const SLOW_MS = 2;
const READ_AHEAD = 32;
const SLOW_FILES = 4 * READ_AHEAD;

// In between, signals, timers and sockets are handled.
const FILES_PER_TURN = 64;

/**
 * The entries as a tar archive, in the given order: always the same bytes for the same entries and contents.
 *
 * With back-pressure: large files are read at the pace of the consumer, never as a whole.
 */
export function writeTar(entries: readonly LayerEntry[]): Readable {
  return Readable.from(packEntries(entries), { objectMode: false, highWaterMark: 1024 * 1024 });
}

async function* packEntries(entries: readonly LayerEntry[]): AsyncGenerator<Buffer, void> {
  const contents = new SmallContents(entries);
  for (const [position, entry] of entries.entries()) {
    if (entry.kind !== 'file') yield encodeTarHeader({ ...entry, size: 0 });
    else if (isSmall(entry)) yield packSmall(entry, await contents.take(position));
    else yield* packLarge(entry);
  }
  yield END_OF_ARCHIVE;
}

function packSmall(entry: FileEntry, content: Buffer): Buffer {
  const header = encodeTarHeader({ ...entry, modifiedSeconds: timeOfChecksum(crc32(content)) });
  return Buffer.concat([header, content, paddingAfter(entry.size)]);
}

/** Reads the file twice, since its time precedes its content: reading takes a fraction of the time of compressing. */
async function* packLarge(entry: FileEntry): AsyncGenerator<Buffer, void> {
  let checksum = 0;
  for await (const piece of readFileEntry(entry)) checksum = crc32(piece, checksum);
  yield encodeTarHeader({ ...entry, modifiedSeconds: timeOfChecksum(checksum) });
  yield* readFileEntry(entry);
  yield paddingAfter(entry.size);
}

/** The contents of small files: read on demand, or a limited number of them ahead while the file system is slow. */
class SmallContents {
  private readonly pending = new Map<number, Promise<Buffer>>();
  private next = 0;
  /** Up to this position. */
  private slowUntil = 0;
  private taken = 0;

  constructor(private readonly entries: readonly LayerEntry[]) {}

  async take(position: number): Promise<Buffer> {
    this.taken += 1;
    if (this.taken % FILES_PER_TURN === 0) await setImmediate();
    const entry = this.entries[position];
    if (position < this.slowUntil || this.pending.has(position) || entry?.kind !== 'file') return this.takeAhead(position);
    const startedAtMs = performance.now();
    const content = readSmallFile(entry);
    if (performance.now() - startedAtMs > SLOW_MS) this.slowUntil = position + SLOW_FILES;
    this.next = Math.max(this.next, position + 1);
    return content;
  }

  private takeAhead(position: number): Promise<Buffer> {
    this.readAhead(position);
    const content = this.pending.get(position);
    this.pending.delete(position);
    if (content === undefined) throw new RangeError(`Entry ${position} was already taken, or is not a small file.`);
    return content;
  }

  private readAhead(position: number): void {
    for (; this.next < this.entries.length && this.next <= Math.min(position + READ_AHEAD, this.slowUntil); this.next++) {
      const entry = this.entries[this.next];
      if (entry?.kind !== 'file' || !isSmall(entry)) continue;
      const content = readWhole(entry);
      // A failure is thrown by `take`, unless the archive is abandoned before.
      content.catch(() => undefined);
      this.pending.set(this.next, content);
    }
  }
}

async function readWhole(entry: FileEntry): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of readFileEntry(entry)) pieces.push(piece);
  return Buffer.concat(pieces);
}

function isSmall(entry: FileEntry): boolean {
  return entry.size <= SMALL_BYTES;
}
