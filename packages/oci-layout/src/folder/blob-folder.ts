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
const FORGOTTEN_AFTER_MS = 3_600_000;

/** A blob by its content: a descriptor without its media type. */
export type BlobFacts = Pick<Descriptor, 'digest' | 'size'>;

/** The streams that content goes through on its way into the folder, the source first. */
export type ContentStreams = readonly [Readable, ...NodeJS.ReadWriteStream[]];

/**
 * The `blobs/` of a layout: content under its digest.
 *
 * A blob is written beside `blobs/`, checked on the way, and renamed: what has a blob's name is whole, whoever else
 * writes at the same time. Only regular files in real folders are read (see `statPlain`).
 */
export class BlobFolder {
  /** @param layout absolute path of the folder that holds `blobs/`. */
  constructor(private readonly layout: string) {}

  /** Whether there is a file of that name and size; what is in it is checked whenever it is read. */
  async has({ digest, size }: BlobFacts): Promise<boolean> {
    return (await this.sizeOf(digest)) === size;
  }

  /** Bytes, or `undefined` where there is no such blob. @throws OciError `LAYOUT_INVALID` */
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
    // Failures reach whoever reads the last stream of the pipe: there is nothing else to tell.
    const content = pipe(readFileContent(file), verifiedStream(blob), () => undefined);
    return signal === undefined ? content : addAbortSignal(signal, content);
  }

  /**
   * Reads a small blob, a document, whole: without the streams that a layer takes.
   *
   * @throws OciError `NOT_FOUND`, `LAYOUT_INVALID`, `BODY_TOO_LARGE`, `SIZE_MISMATCH`, `DIGEST_MISMATCH`
   */
  async read(blob: Descriptor, limitBytes: number): Promise<Buffer> {
    const size = await this.sizeOf(blob.digest);
    if (size === undefined) throw this.missing(blob);
    if (size > limitBytes) {
      throw new OciError('BODY_TOO_LARGE', `Cannot read ${blob.digest} in ${this.layout}: it has ${size} bytes, ${limitBytes} are read.`, {
        hint: 'Build the image again.',
      });
    }
    const bytes = await readPlain(this.pathOfBlob(blob.digest), size);
    verifyBytes(blob, bytes);
    return bytes;
  }

  /** Writes content that is known. What is there already is read and checked, and replaced when it is not that content. */
  async push(blob: Descriptor, open: OpenContent, signal?: AbortSignal): Promise<PushOutcome> {
    if (await this.isWhole(blob)) return 'present';
    await this.write([await open(), verifiedStream(blob)], () => blob, signal);
    return 'uploaded';
  }

  /** Writes content whose digest is known only afterwards. */
  async add(streams: ContentStreams, signal?: AbortSignal): Promise<BlobFacts> {
    const measured = new MeasuredStream();
    return this.write([...streams, measured], () => measured.measure(), signal);
  }

  /** Digests of all blobs; files with other names are none of ours. */
  async list(): Promise<readonly Digest[]> {
    const algorithms = (await statPlain(this.pathOf(), 'folder')) === undefined ? [] : await readdir(this.pathOf());
    const lists = await Promise.all(algorithms.map((algorithm) => this.listOf(algorithm)));
    return lists.flat().filter(isDigest);
  }

  async remove(digest: Digest): Promise<void> {
    await rm(this.pathOfBlob(digest), { force: true });
  }

  /** Removes what writers that were killed have left behind. */
  async removeForgotten(nowMs: number): Promise<void> {
    const names = (await readdir(this.layout)).filter((name) => name.startsWith(TEMPORARY_PREFIX));
    for (const path of names.map((name) => join(this.layout, name))) {
      const stats = await lstatIfThere(path);
      if (stats !== undefined && nowMs - stats.mtimeMs > FORGOTTEN_AFTER_MS) await rm(path, { force: true });
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

  private async write(streams: ContentStreams, judge: () => BlobFacts, signal?: AbortSignal): Promise<BlobFacts> {
    const temporary = join(this.layout, `${TEMPORARY_PREFIX}${randomUUID()}`);
    const file = createWriteStream(temporary, { flags: 'wx' });
    const closed = new Promise<void>((resolve) => file.once('close', resolve));
    try {
      await pipeline([...streams, file], { ...(signal && { signal }) });
      const facts = judge();
      await mkdir(this.pathOf(algorithmOf(facts.digest)), { recursive: true });
      // Refuses to write through a link that somebody put in place of `blobs/`.
      await this.sizeOf(facts.digest);
      await rename(temporary, this.pathOfBlob(facts.digest));
      return facts;
    } catch (error) {
      if (signal?.aborted !== true) throw error;
      throw new OciError('ABORTED', `Writing to ${this.layout} was cancelled.`, { cause: error });
    } finally {
      // A stream that was destroyed early may still be making its file: removed before that, the file would stay.
      await closed;
      await rm(temporary, { force: true });
    }
  }

  private missing({ digest }: BlobFacts): OciError {
    return new OciError('NOT_FOUND', `Cannot read ${digest} from ${this.layout}: it is not there.`, {
      hint: 'Layers of a base image stay where the base image is. Is it one of our own, build the image again.',
    });
  }

  private pathOfBlob(digest: Digest): string {
    return this.pathOf(algorithmOf(digest), hexOf(digest));
  }

  private pathOf(...names: readonly string[]): string {
    return join(this.layout, 'blobs', ...names);
  }
}
