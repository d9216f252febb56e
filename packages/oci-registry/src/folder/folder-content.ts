import { randomUUID } from 'node:crypto';
import { close, createReadStream, open as openFile, read, type Mode, type PathLike } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';

import { algorithmOf, hexOf, type Digest } from '@nx-oci/model';

import type { ByteRange, ContentStorage, Upload } from '../storage/storage';
import { eachOf } from '../storage/each-of';
import { waitForFile } from './open-file-limiter';
import { FolderUpload } from './folder-upload';
import { valueUnlessMissing } from './is-missing';

// Larger than Node's 64 KiB, for fewer turns of the event loop.
const READ_BYTES = 256 * 1024;

// Streams wait for a free file, too.
const WAITING_FS = {
  open: (path: PathLike, flags: number | string, mode: Mode, done: (error: Error | null, file?: number) => void): void => {
    const opening = waitForFile(() => promisify<PathLike, number | string, Mode, number>(openFile)(path, flags, mode));
    opening.then(
      (file) => done(null, file),
      (error: unknown) => done(error as Error),
    );
  },
  read,
  close,
};

/** Content in files that are named by their digest. */
export class FolderContent implements ContentStorage {
  constructor(
    private readonly folder: string,
    private readonly temp: string,
  ) {}

  async sizeOf(digest: Digest): Promise<number | undefined> {
    return (await statUnlessMissing(this.fileOf(digest)))?.size;
  }

  read(digest: Digest, range?: ByteRange): Readable {
    const part = range ? { start: range.first, end: range.last } : {};
    return createReadStream(this.fileOf(digest), { ...part, highWaterMark: READ_BYTES, fs: WAITING_FS });
  }

  async totalBytes(): Promise<number> {
    let total = 0;
    for (const algorithm of await namesIn(this.folder)) {
      const folder = join(this.folder, algorithm);
      // Content that is removed meanwhile no longer counts.
      const sizes = await eachOf(await namesIn(folder), async (name) => (await statUnlessMissing(join(folder, name)))?.size ?? 0);
      total += sizes.reduce((sum, size) => sum + size, 0);
    }
    return total;
  }

  async remove(digest: Digest): Promise<void> {
    await rm(this.fileOf(digest), { force: true });
  }

  async startUpload(): Promise<Upload> {
    const file = join(this.temp, randomUUID());
    await (await waitForFile(() => open(file, 'wx'))).close();
    return new FolderUpload(file, (draft, digest) => this.keep(draft, digest));
  }

  /** Keeps an existing file, unless its length is wrong (after a power failure, say): then a push of the content repairs it. */
  private async keep(draft: string, digest: Digest): Promise<void> {
    if ((await this.sizeOf(digest)) === (await stat(draft)).size) {
      await rm(draft);
      return;
    }
    await mkdir(join(this.folder, algorithmOf(digest)), { recursive: true });
    await rename(draft, this.fileOf(digest));
  }

  private fileOf(digest: Digest): string {
    return join(this.folder, algorithmOf(digest), hexOf(digest));
  }
}

function namesIn(folder: string): Promise<readonly string[]> {
  return valueUnlessMissing(() => readdir(folder), []);
}

function statUnlessMissing(file: string): Promise<{ readonly size: number } | undefined> {
  return valueUnlessMissing(() => stat(file), undefined);
}
