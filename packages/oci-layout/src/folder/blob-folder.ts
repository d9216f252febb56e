import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { addAbortSignal, pipeline as pipe, type Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';

import {
  algorithmOf,
  hexOf,
  isDigest,
  isOciError,
  OciError,
  verifiedStream,
  verifyBytes,
  type Descriptor,
  type Digest,
  type OpenContent,
  type PushOutcome,
} from '@nx-oci/model';

import { readFileContent } from './file-content';
import { MeasuredStream } from './measured-stream';
import { lstatIfThere, openPlain, readPlain, statPlain } from './plain-file';

const TEMPORARY_PREFIX = '.incoming-';
const ABANDONED_AFTER_MS = 3_600_000;

/** A blob without its media type. */
export type BlobFacts = Pick<Descriptor, 'digest' | 'size'>;

/** The streams that content passes on its way into the folder, the source first. */
export type ContentStreams = readonly [Readable, ...NodeJS.ReadWriteStream[]];

/**
 * The `blobs/` of a layout: content under its digest.
 *
 * A blob is written beside `blobs/`, verified, and renamed: a file with a blob's name is complete, even with concurrent
 * writers. Only regular files in real folders are read (see `statPlain`).
 */
export class BlobFolder {
  /** @param layout absolute path of the folder that contains `blobs/`. */
  constructor(private readonly layout: string) {}

  /** Whether a file of that name and size exists; its content is verified whenever it is read. */
  async has({ digest, size }: BlobFacts): Promise<boolean> {
    return (await this.sizeOf(digest)) === size;
  }

  /** Bytes, or `undefined` if there is no such blob. @throws OciError `LAYOUT_INVALID` */
  async sizeOf(digest: Digest): Promise<number | undefined> {
    const [folder, ofAlgorithm, file] = await Promise.all([
      statPlain(this.pathOf(), 'folder'),
      statPlain(this.pathOf(algorithmOf(digest)), 'folder'),
      statPlain(this.pathOfBlob(digest), 'file'),
    ]);
    return folder === undefined || ofAlgorithm === undefined ? undefined : file?.size;
  }

  /** @throws OciError `NOT_FOUND`, `LAYOUT_INVALID`; the stream fails with `SIZE_MISMATCH` or `DIGEST_MISMATCH`. */
  async open(blob: Descriptor, signal?: AbortSignal): Promise<Readable> {
    if ((await this.sizeOf(blob.digest)) === undefined) throw this.missing(blob);
    const file = await openPlain(this.pathOfBlob(blob.digest));
    // The reader of the last stream receives all failures.
    const content = pipe(readFileContent(file), verifiedStream(blob), () => undefined);
    return signal === undefined ? content : addAbortSignal(signal, content);
  }

  /**
   * Reads a small blob (a document) as a whole, without streams.
   *
   * @throws OciError `NOT_FOUND`, `LAYOUT_INVALID`, `BODY_TOO_LARGE`, `SIZE_MISMATCH`, `DIGEST_MISMATCH`
   */
  async read(blob: Descriptor, limitBytes: number): Promise<Buffer> {
    const size = await this.sizeOf(blob.digest);
    if (size === undefined) throw this.missing(blob);
    if (size > limitBytes) {
      throw new OciError(
        'BODY_TOO_LARGE',
        `Cannot read ${blob.digest} in ${this.layout}: it has ${size} bytes, at most ${limitBytes} are allowed.`,
        {
          hint: 'Build the image again.',
        },
      );
    }
    const bytes = await readPlain(this.pathOfBlob(blob.digest), size);
    verifyBytes(blob, bytes);
    return bytes;
  }

  /** Writes content with a known digest. An existing file is verified, and replaced if it is corrupt. */
  async push(blob: Descriptor, open: OpenContent, signal?: AbortSignal): Promise<PushOutcome> {
    if (await this.isWhole(blob)) return 'present';
    await this.write([await open(), verifiedStream(blob)], () => blob, signal);
    return 'uploaded';
  }

  /** Writes content whose digest is not known in advance. */
  async add(streams: ContentStreams, signal?: AbortSignal): Promise<BlobFacts> {
    const measured = new MeasuredStream();
    return this.write([...streams, measured], () => measured.measure(), signal);
  }

  /** The digests of all blobs; files with other names are ignored. */
  async list(): Promise<readonly Digest[]> {
    const algorithms = (await statPlain(this.pathOf(), 'folder')) === undefined ? [] : await readdir(this.pathOf());
    const lists = await Promise.all(algorithms.map((algorithm) => this.listOf(algorithm)));
    return lists.flat().filter(isDigest);
  }

  async remove(digest: Digest): Promise<void> {
    await rm(this.pathOfBlob(digest), { force: true });
  }

  /** Removes temporary files of killed writers. */
  async removeAbandoned(nowMs: number): Promise<void> {
    const names = (await readdir(this.layout)).filter((name) => name.startsWith(TEMPORARY_PREFIX));
    for (const path of names.map((name) => join(this.layout, name))) {
      const stats = await lstatIfThere(path);
      if (stats !== undefined && nowMs - stats.mtimeMs > ABANDONED_AFTER_MS) await rm(path, { force: true });
    }
  }

  private async listOf(algorithm: string): Promise<readonly string[]> {
    const stats = await lstatIfThere(this.pathOf(algorithm));
    return stats?.isDirectory() === true ? (await readdir(this.pathOf(algorithm))).map((hex) => `${algorithm}:${hex}`) : [];
  }

  private async isWhole(blob: Descriptor): Promise<boolean> {
    if (!(await this.has(blob))) return false;
    try {
      await finished((await this.open(blob)).resume());
      return true;
    } catch (error) {
      if (isOciError(error, 'DIGEST_MISMATCH', 'SIZE_MISMATCH', 'NOT_FOUND')) return false;
      throw error;
    }
  }

  private async write(streams: ContentStreams, measure: () => BlobFacts, signal?: AbortSignal): Promise<BlobFacts> {
    const temporary = join(this.layout, `${TEMPORARY_PREFIX}${randomUUID()}`);
    const file = createWriteStream(temporary, { flags: 'wx' });
    const closed = new Promise<void>((resolve) => file.once('close', resolve));
    try {
      await pipeline([...streams, file], { ...(signal && { signal }) });
      const facts = measure();
      await mkdir(this.pathOf(algorithmOf(facts.digest)), { recursive: true });
      // Refuses to write through a symbolic link in place of `blobs/`.
      await this.sizeOf(facts.digest);
      await rename(temporary, this.pathOfBlob(facts.digest));
      return facts;
    } catch (error) {
      if (signal?.aborted !== true) throw error;
      throw new OciError('ABORTED', `Cannot write to ${this.layout}: the build was cancelled.`, { cause: error });
    } finally {
      // A stream that was destroyed early may create its file later: wait for that before removing the file.
      await closed;
      await rm(temporary, { force: true });
    }
  }

  private missing({ digest }: BlobFacts): OciError {
    return new OciError('NOT_FOUND', `Cannot read ${digest} from ${this.layout}: it does not exist.`, {
      hint: 'Layers of a base image are only in its registry. If it is another layer, build the image again.',
    });
  }

  private pathOfBlob(digest: Digest): string {
    return this.pathOf(algorithmOf(digest), hexOf(digest));
  }

  private pathOf(...names: readonly string[]): string {
    return join(this.layout, 'blobs', ...names);
  }
}
