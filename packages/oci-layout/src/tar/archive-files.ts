import { open, type FileHandle } from 'node:fs/promises';
import { posix } from 'node:path';
import { Readable } from 'node:stream';

import { OciError } from '@nx-oci/model';

import { TarHeaders, TarProblem, type TarEntry } from './tar-headers';

const BLOCK_BYTES = 512;
const READ_BYTES = 256 * 1024;

// An image has at most a few hundred layers, with three files each in the oldest format.
const MAX_FILES = 100_000;

/** Where the content of a file lies in an archive, in bytes. */
interface Place {
  readonly offset: number;
  readonly size: number;
}

/** The files of a tar archive on disk, by their paths; contents are read where they lie. */
export class ArchiveFiles {
  private constructor(
    private readonly archive: string,
    private readonly places: ReadonlyMap<string, Place>,
  ) {}

  /** @throws OciError `LAYOUT_INVALID` for what is no tar archive. */
  static async open(archive: string): Promise<ArchiveFiles> {
    const file = await open(archive);
    try {
      return new ArchiveFiles(archive, await findPlaces(file));
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

  /** Bytes of a file; `undefined` where there is none of that path. */
  sizeOf(path: string): number | undefined {
    return this.places.get(path)?.size;
  }

  /** @param path of a file that is there. */
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

  private place(path: string): Place {
    const place = this.places.get(path);
    if (place === undefined) throw new RangeError(`There is no ${path} in ${this.archive}.`);
    return place;
  }
}

async function findPlaces(file: FileHandle): Promise<ReadonlyMap<string, Place>> {
  const places = new Map<string, Place>();
  const links = new Map<string, string>();
  const seen: TarEntry[] = [];
  const headers = new TarHeaders((entry) => seen.push(entry));
  const block = Buffer.alloc(BLOCK_BYTES);
  for (let offset = 0; (await file.read(block, 0, BLOCK_BYTES, offset)).bytesRead === BLOCK_BYTES; offset += headers.passOver()) {
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
  // The oldest format has a layer that two images share once, and a link to it.
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
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(Math.min(READ_BYTES, end - position)), 0, undefined, position);
      if (bytesRead === 0)
        throw new OciError('LAYOUT_INVALID', `Cannot read ${archive}: it ends too early.`, { hint: 'Build the image again.' });
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
