import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

import { algorithmOf, hexOf, type Digest } from '@nx-oci/model';

import type { ByteRange, ContentStorage, Upload } from '../storage';
import { FolderUpload } from './folder-upload';
import { isMissing } from './is-missing';

// Larger than Node's 64 KiB: fewer turns of the event loop for each gigabyte.
const READ_BYTES = 256 * 1024;

/** Bytes in files that are named by their digest. */
export class FolderContent implements ContentStorage {
  constructor(
    private readonly folder: string,
    private readonly temp: string,
  ) {}

  async sizeOf(digest: Digest): Promise<number | undefined> {
    try {
      return (await stat(this.fileOf(digest))).size;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  read(digest: Digest, range?: ByteRange): Readable {
    const part = range ? { start: range.first, end: range.last } : {};
    return createReadStream(this.fileOf(digest), { ...part, highWaterMark: READ_BYTES });
  }

  async remove(digest: Digest): Promise<void> {
    await rm(this.fileOf(digest), { force: true });
  }

  async startUpload(): Promise<Upload> {
    const file = join(this.temp, randomUUID());
    await (await open(file, 'wx')).close();
    return new FolderUpload(file, (digest) => this.makePlaceFor(digest));
  }

  private async makePlaceFor(digest: Digest): Promise<string> {
    await mkdir(join(this.folder, algorithmOf(digest)), { recursive: true });
    return this.fileOf(digest);
  }

  private fileOf(digest: Digest): string {
    return join(this.folder, algorithmOf(digest), hexOf(digest));
  }
}
