import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { hexOf, isDigest, type Descriptor, type Digest } from '@nx-oci/model';

import { LISTS } from '../base-folders/folder-lists';
import { BlobFolder } from '../folder/blob-folder';
import { lstatIfThere } from '../folder/plain-file';
import { COMPRESSIONS, COMPRESSORS, type Compression } from '../compression/compression';
import type { LayerEntry } from './layer-entry';

// File systems have coarse timestamps, some of whole seconds: a file that changed just before it was inspected might change
// again within the same timestamp. Git calls that racy, too.
const SETTLED_AFTER_MS = 2_000;

const LAYERS: Readonly<Record<Compression, string>> = { gzip: 'diff-ids', zstd: 'diff-ids-zstd' };
const FILES = 'files';
const CLEANED_FILE = 'cleaned';

// Of the records in both folders: those of another version are ignored, and the layer is packed again.
const RECORD_VERSION = 2;

const DAY_MS = 24 * 60 * 60 * 1000;
const UNUSED_AFTER_MS = 14 * DAY_MS;

/** A layer without its content. */
export interface KnownLayer {
  readonly diffId: Digest;
  readonly descriptor: Descriptor;
}

export interface LayerRemoval {
  readonly unusedForMs: number;
  /** In milliseconds since 1970. */
  readonly nowMs: number;
  readonly isDryRun?: boolean;
}

export interface LayerCount {
  readonly count: number;
  readonly bytes: number;
}

/**
 * Stores finished layers between builds.
 *
 * `diff-ids/` (for zstd `diff-ids-zstd/`) maps the digest of an archive to its compressed blob, so that a layer keeps its
 * digest when another version of Node would compress it differently. `files/` maps the state of the file system to the archive's digest, so that unchanged
 * files are not read. Both are hints: the blob is verified whenever it is used. Modification times record the last use.
 */
export class LayerCache {
  readonly blobs: BlobFolder;

  private constructor(
    private readonly folder: string,
    private readonly compression: Compression,
  ) {
    this.blobs = new BlobFolder(folder);
  }

  /** @param folder absolute; created if missing; layers of another compression may be in it, too. */
  static async open(folder: string, compression: Compression = 'gzip'): Promise<LayerCache> {
    await mkdir(folder, { recursive: true });
    return new LayerCache(folder, compression);
  }

  /** The digest of the archive when these files were packed last. */
  async findDiffId(entries: readonly LayerEntry[]): Promise<Digest | undefined> {
    const record = await this.read(FILES, fingerprintOf(entries));
    return isDigest(record?.['diffId']) ? record['diffId'] : undefined;
  }

  /** Whether the cache has no layers of its compression. */
  async isEmpty(): Promise<boolean> {
    return (await lstatIfThere(join(this.folder, LAYERS[this.compression]))) === undefined;
  }

  async findLayer(diffId: Digest): Promise<KnownLayer | undefined> {
    const record = await this.read(LAYERS[this.compression], hexOf(diffId));
    const { digest, size } = record ?? {};
    if (!isDigest(digest) || typeof size !== 'number') return undefined;
    return { diffId, descriptor: { mediaType: COMPRESSORS[this.compression].mediaType, digest, size } };
  }

  /** @param collectedAtMs when the entries were listed, in milliseconds since 1970. */
  async saveFiles(entries: readonly LayerEntry[], diffId: Digest, collectedAtMs: number): Promise<void> {
    const isSettled = entries.every((entry) => entry.kind !== 'file' || collectedAtMs - entry.changedMs > SETTLED_AFTER_MS);
    if (isSettled) await this.write(FILES, fingerprintOf(entries), { diffId });
  }

  /** Call it once the blob is in `blobs`, and after each use. */
  async saveLayer({ diffId, descriptor: { digest, size } }: KnownLayer): Promise<void> {
    await this.write(LAYERS[this.compression], hexOf(diffId), { digest, size });
  }

  /** Removes layers that no build has used for two weeks, at most once a day. */
  async removeUnused(nowMs: number): Promise<void> {
    const cleanedFile = join(this.folder, CLEANED_FILE);
    const cleaned = await lstatIfThere(cleanedFile);
    if (cleaned !== undefined && nowMs - cleaned.mtimeMs < DAY_MS) return;
    await writeFile(cleanedFile, `${new Date(nowMs).toISOString()}\n`);
    await this.removeLayers({ unusedForMs: UNUSED_AFTER_MS, nowMs });
  }

  /**
   * Removes layers that no build has used for a while. If another process is about to use one, it packs the files again.
   *
   * @returns what was removed, or would be.
   */
  async removeLayers({ unusedForMs, nowMs, isDryRun = false }: LayerRemoval): Promise<LayerCount> {
    let removed: LayerCount = { count: 0, bytes: 0 };
    const unusedSince = nowMs - unusedForMs;
    for (const kind of COMPRESSIONS.map((compression) => LAYERS[compression])) {
      for (const name of await this.listUnused(kind, unusedSince)) {
        const digest = (await this.read(kind, name))?.['digest'];
        const bytes = isDigest(digest) ? await this.blobs.sizeOf(digest) : undefined;
        removed = { count: removed.count + 1, bytes: removed.bytes + (bytes ?? 0) };
        if (isDryRun) continue;
        await rm(join(this.folder, kind, name), { force: true });
        if (isDigest(digest)) await this.blobs.remove(digest);
      }
    }
    if (isDryRun) return removed;
    for (const kind of [FILES, LISTS]) {
      for (const name of await this.listUnused(kind, unusedSince)) await rm(join(this.folder, kind, name), { force: true });
    }
    await this.blobs.removeAbandoned(nowMs);
    return removed;
  }

  private async listUnused(kind: string, unusedSinceMs: number): Promise<readonly string[]> {
    const folder = join(this.folder, kind);
    const names = (await lstatIfThere(folder)) === undefined ? [] : await readdir(folder);
    const stats = await Promise.all(names.map(async (name) => ({ name, usedMs: (await lstatIfThere(join(folder, name)))?.mtimeMs })));
    return stats.filter(({ usedMs }) => usedMs !== undefined && usedMs < unusedSinceMs).map(({ name }) => name);
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

// Increase it when equal entries give another archive, so that layers of older versions are not used.
const ARCHIVE_VERSION = 2;

function fingerprintOf(entries: readonly LayerEntry[]): string {
  const hash = createHash('sha256').update(`${ARCHIVE_VERSION}\n`);
  for (const entry of entries) hash.update(`${JSON.stringify(entry)}\n`);
  return hash.digest('hex');
}
