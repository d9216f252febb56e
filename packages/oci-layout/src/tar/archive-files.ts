import { open, type FileHandle } from 'node:fs/promises';
import { posix } from 'node:path';
import { Readable } from 'node:stream';

import { OciError } from '@nx-oci/model';

import { TarHeaders, TarProblem, type TarEntry } from './tar-headers';

const BLOCK_BYTES = 512;
const READ_BYTES = 256 * 1024;

// An image has at most a few hundred layers, with three files each in the oldest format.
const MAX_FILES = 100_000;

/** The position of a file's content in an archive, in bytes. */
interface FileRange {
  readonly offset: number;
  readonly size: number;
}

/** The files of a tar archive on disk, by their paths; contents are read from the archive. */
export class ArchiveFiles {
  private constructor(
    private readonly archive: string,
    private readonly places: ReadonlyMap<string, FileRange>,
  ) {}

  /** @throws OciError `LAYOUT_INVALID` if it is not a tar archive. */
  static async open(archive: string): Promise<ArchiveFiles> {
    const file = await open(archive);
    try {
      return new ArchiveFiles(archive, await findFiles(file));
    } catch (error) {
      if (!(error instanceof TarProblem)) throw error;
      throw new OciError('LAYOUT_INVALID', `Cannot read the archive ${archive}: ${error.message}.`, {
        cause: error,
        hint: 'Build the image again.',
      });
    } finally {
      await file.close();
    }
  }

  /** Size of a file in bytes; `undefined` if there is none. */
  sizeOf(path: string): number | undefined {
    return this.places.get(path)?.size;
  }

  /** @param path of an existing file. */
  content(path: string): Readable {
    const { offset, size } = this.place(path);
    return Readable.from(readRange(this.archive, offset, size), { objectMode: false });
  }

  /** A small file, whole. @throws OciError `BODY_TOO_LARGE` */
  async read(path: string, limitBytes: number): Promise<Buffer> {
    const { size } = this.place(path);
    if (size > limitBytes) throw new OciError('BODY_TOO_LARGE', `Cannot read ${path} in ${this.archive}: it has ${size} bytes.`);
    const pieces: Buffer[] = [];
    for await (const piece of this.content(path)) pieces.push(piece as Buffer);
    return Buffer.concat(pieces);
  }

  private place(path: string): FileRange {
    const place = this.places.get(path);
    if (place === undefined) throw new RangeError(`There is no ${path} in ${this.archive}.`);
    return place;
  }
}

async function findFiles(file: FileHandle): Promise<ReadonlyMap<string, FileRange>> {
  const places = new Map<string, FileRange>();
  const links = new Map<string, string>();
  const seen: TarEntry[] = [];
  const headers = new TarHeaders((entry) => seen.push(entry));
  const block = Buffer.alloc(BLOCK_BYTES);
  for (let offset = 0; (await file.read(block, 0, BLOCK_BYTES, offset)).bytesRead === BLOCK_BYTES; offset += headers.skipContent()) {
    headers.write(block);
    offset += BLOCK_BYTES;
    for (const { type, path, target, size } of seen.splice(0)) {
      const name = posix.normalize(path);
      if (type === '0') places.set(name, { offset, size });
      if (type === '1') links.set(name, posix.normalize(target));
      if (type === '2') links.set(name, posix.join(posix.dirname(name), target));
      if (places.size + links.size > MAX_FILES) throw new TarProblem('it has too many files');
    }
  }
  // The oldest format stores a shared layer once, with a link to it.
  for (const [name, target] of links) {
    const place = places.get(target);
    if (place !== undefined && !places.has(name)) places.set(name, place);
  }
  return places;
}

async function* readRange(archive: string, offset: number, size: number): AsyncGenerator<Buffer> {
  const file = await open(archive);
  try {
    for (let position = offset, end = offset + size; position < end;) {
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.allocUnsafe(Math.min(READ_BYTES, end - position)), position });
      if (bytesRead === 0)
        throw new OciError('LAYOUT_INVALID', `Cannot read ${archive}: it is truncated.`, { hint: 'Build the image again.' });
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
