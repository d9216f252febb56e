import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { hexOf, isDigest, MEDIA_TYPES, type Descriptor, type Digest } from '@nx-oci/model';

import { LISTS } from '../base-folders/folder-lists';
import { BlobFolder } from '../folder/blob-folder';
import { lstatIfThere } from '../folder/plain-file';
import type { LayerEntry } from './layer-entry';

// File systems stamp changes with the tick of a clock, some with whole seconds: what was written within the same tick as
// it was looked at might be written again without a trace. Git calls that racy, too.
const SETTLED_AFTER_MS = 2_000;

const LAYERS = 'diff-ids';
const FILES = 'files';
const CLEANED_FILE = 'cleaned';

// Of the records below both: one of another version is no hint, and the layer is packed again.
const RECORD_VERSION = 1;

const DAY_MS = 24 * 60 * 60 * 1000;
const UNUSED_AFTER_MS = 14 * DAY_MS;

/** A layer without its content. */
export interface KnownLayer {
  readonly diffId: Digest;
  readonly descriptor: Descriptor;
}

/**
 * Finished layers, kept between builds.
 *
 * `diff-ids/` leads from the digest of an archive to its compressed blob, so that a layer keeps its digest when another
 * Node would compress it to other bytes. `files/` leads from the state of the file system to the archive's digest, so that
 * files which nobody has touched are not even read. Both are hints: the blob is checked whenever it is used. How old they
 * are tells when they were used last.
 */
export class LayerCache {
  readonly blobs: BlobFolder;

  private constructor(private readonly folder: string) {
    this.blobs = new BlobFolder(folder);
  }

  /** @param folder absolute; made when missing. */
  static async open(folder: string): Promise<LayerCache> {
    await mkdir(folder, { recursive: true });
    return new LayerCache(folder);
  }

  /** The digest that the archive of these files had when they were packed last. */
  async recallDiffId(entries: readonly LayerEntry[]): Promise<Digest | undefined> {
    const record = await this.read(FILES, fingerprintOf(entries));
    return isDigest(record?.['diffId']) ? record['diffId'] : undefined;
  }

  /** Whether no layer is kept at all, so that there is no use in asking for one. */
  async isEmpty(): Promise<boolean> {
    return (await lstatIfThere(join(this.folder, LAYERS))) === undefined;
  }

  async recallLayer(diffId: Digest): Promise<KnownLayer | undefined> {
    const record = await this.read(LAYERS, hexOf(diffId));
    const { digest, size } = record ?? {};
    if (!isDigest(digest) || typeof size !== 'number') return undefined;
    return { diffId, descriptor: { mediaType: MEDIA_TYPES.ociLayerGzip, digest, size } };
  }

  /** @param collectedAtMs when the entries were listed, in milliseconds since 1970. */
  async rememberFiles(entries: readonly LayerEntry[], diffId: Digest, collectedAtMs: number): Promise<void> {
    const isSettled = entries.every((entry) => entry.kind !== 'file' || collectedAtMs - entry.changedMs > SETTLED_AFTER_MS);
    if (isSettled) await this.write(FILES, fingerprintOf(entries), { diffId });
  }

  /** Call it when the blob is in `blobs`, and each time that it was of use. */
  async rememberLayer({ diffId, descriptor: { digest, size } }: KnownLayer): Promise<void> {
    await this.write(LAYERS, hexOf(diffId), { digest, size });
  }

  /**
   * Removes what no build has used for two weeks; looks for that once a day. Another process that is about to use it packs
   * the files again.
   */
  async removeUnused(nowMs: number): Promise<void> {
    const cleanedFile = join(this.folder, CLEANED_FILE);
    const cleaned = await lstatIfThere(cleanedFile);
    if (cleaned !== undefined && nowMs - cleaned.mtimeMs < DAY_MS) return;
    await writeFile(cleanedFile, `${new Date(nowMs).toISOString()}\n`);
    for (const name of await this.listUnused(LAYERS, nowMs)) {
      const digest = (await this.read(LAYERS, name))?.['digest'];
      await rm(join(this.folder, LAYERS, name), { force: true });
      if (isDigest(digest)) await this.blobs.remove(digest);
    }
    for (const kind of [FILES, LISTS]) {
      for (const name of await this.listUnused(kind, nowMs)) await rm(join(this.folder, kind, name), { force: true });
    }
    await this.blobs.removeForgotten(nowMs);
  }

  private async listUnused(kind: string, nowMs: number): Promise<readonly string[]> {
    const folder = join(this.folder, kind);
    const names = (await lstatIfThere(folder)) === undefined ? [] : await readdir(folder);
    const stats = await Promise.all(
      names.map(async (name) => ({ name, usedMs: (await lstatIfThere(join(folder, name)))?.mtimeMs ?? nowMs })),
    );
    return stats.filter(({ usedMs }) => nowMs - usedMs > UNUSED_AFTER_MS).map(({ name }) => name);
  }

  private async read(kind: string, name: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    try {
      const record = JSON.parse(await readFile(join(this.folder, kind, name), 'utf8')) as Record<string, unknown> | null;
      return record?.['schemaVersion'] === RECORD_VERSION ? record : undefined;
    } catch (error) {
      if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  private async write(kind: string, name: string, record: object): Promise<void> {
    const temporary = join(this.folder, kind, `.incoming-${randomUUID()}`);
    await mkdir(join(this.folder, kind), { recursive: true });
    await writeFile(temporary, JSON.stringify({ schemaVersion: RECORD_VERSION, ...record }));
    await rename(temporary, join(this.folder, kind, name));
  }
}

// Goes up when equal entries become other archives, so that layers which an older version kept are not taken for ours.
const ARCHIVE_VERSION = 2;

function fingerprintOf(entries: readonly LayerEntry[]): string {
  const hash = createHash('sha256').update(`${ARCHIVE_VERSION}\n`);
  for (const entry of entries) hash.update(`${JSON.stringify(entry)}\n`);
  return hash.digest('hex');
}
