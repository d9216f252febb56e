import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import {
  encodeManifest,
  isOciError,
  MAX_READ_MANIFEST_BYTES,
  MEDIA_TYPES,
  OciError,
  parseIndex,
  type Descriptor,
  type ImageIndex,
} from '@nx-oci/model';

import { withLock } from './folder-lock';
import { readPlain, statPlain } from './plain-file';

const MARKER_NAME = 'oci-layout';
const INDEX_NAME = 'index.json';
const VERSION = '1.0.0';
const EMPTY_INDEX: ImageIndex = { schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests: [] };

/**
 * `oci-layout` and `index.json` of a layout folder.
 *
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md
 */
export class IndexFile {
  constructor(private readonly folder: string) {}

  /** @throws OciError `LAYOUT_INVALID` with what is missing or wrong. */
  async check(): Promise<void> {
    const marker = await this.readDocument(MARKER_NAME);
    if (marker === undefined) throw this.refuse(`it has no file ${MARKER_NAME}`);
    const version = readVersion(marker);
    if (version !== VERSION) throw this.refuse(`${MARKER_NAME} does not contain version ${VERSION}`);
    await this.read();
  }

  /** Creates missing files, and keeps existing ones. */
  async create(): Promise<void> {
    await mkdir(join(this.folder, 'blobs', 'sha256'), { recursive: true });
    const isMissing = async (name: string) => (await statPlain(join(this.folder, name), 'file')) === undefined;
    await this.whileLocked(async () => {
      if (await isMissing(INDEX_NAME)) await this.replace(INDEX_NAME, encodeManifest(EMPTY_INDEX).bytes);
      if (await isMissing(MARKER_NAME)) await this.replace(MARKER_NAME, Buffer.from(JSON.stringify({ imageLayoutVersion: VERSION })));
    });
    await this.check();
  }

  async read(): Promise<ImageIndex> {
    const bytes = await this.readDocument(INDEX_NAME);
    if (bytes === undefined) throw this.refuse(`it has no file ${INDEX_NAME}`);
    try {
      return parseIndex(bytes, MEDIA_TYPES.ociIndex);
    } catch (error) {
      throw isOciError(error) ? this.refuse(`${INDEX_NAME} is invalid. ${error.message}`, error) : error;
    }
  }

  /** Replaces the entries with the result of `change`, without concurrent writes. */
  update(change: (entries: readonly Descriptor[]) => readonly Descriptor[]): Promise<void> {
    return this.whileLocked(async () => {
      const index = await this.read();
      await this.replace(INDEX_NAME, encodeManifest({ ...index, manifests: change(index.manifests) }).bytes);
    });
  }

  private whileLocked(task: () => Promise<void>): Promise<void> {
    return withLock(join(this.folder, '.index.lock'), task);
  }

  private async readDocument(name: string): Promise<Buffer | undefined> {
    const path = join(this.folder, name);
    const stats = await statPlain(path, 'file');
    if (stats === undefined) return undefined;
    if (stats.size > MAX_READ_MANIFEST_BYTES)
      throw this.refuse(`${name} has ${stats.size} bytes, at most ${MAX_READ_MANIFEST_BYTES} are allowed`);
    return readPlain(path, stats.size);
  }

  private async replace(name: string, bytes: Uint8Array): Promise<void> {
    const temporary = join(this.folder, `.incoming-${randomUUID()}`);
    try {
      // Flushed by the call itself: `FileHandle.sync` is missing where Yarn's Plug'n'Play stands before the file system.
      await writeFile(temporary, bytes, { flag: 'wx', flush: true });
      await rename(temporary, join(this.folder, name));
    } finally {
      await rm(temporary, { force: true });
    }
  }

  private refuse(reason: string, cause?: unknown): OciError {
    return new OciError('LAYOUT_INVALID', `Cannot read ${this.folder} as an OCI image layout: ${reason}.`, {
      hint: 'Build the image again, or use a folder that contains `oci-layout`, `index.json` and `blobs/`.',
      ...(cause !== undefined && { cause }),
    });
  }
}

function readVersion(marker: Buffer): unknown {
  try {
    const document: unknown = JSON.parse(marker.toString('utf8'));
    return (document as { imageLayoutVersion?: unknown } | null)?.imageLayoutVersion;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
