import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { hexOf, limitParallel, shortDigest, type ContentSource, type Descriptor, type Digest } from '@nx-oci/model';

import { BaseFolders } from './base-folders';
import { readLayerFolders, type LayerFolders } from './layer-folders';
import { isReadableLayer } from '../tar/read-layer-tar';
import { TarProblem } from '../tar/tar-headers';

/** The folders of a base image, or why they could not be read. */
export type FolderLookup =
  { readonly kind: 'known'; readonly folders: BaseFolders } | { readonly kind: 'unknown'; readonly reason: string };

export interface LayersToRead {
  /** Lowest first. */
  readonly layers: readonly Descriptor[];
  readonly source: ContentSource;
  readonly signal?: AbortSignal;
  /** Called before layers are fetched, with their total compressed size in bytes. */
  readonly onRead?: (sizeBytes: number) => void;
}

/** The version is part of the name, so that lists of other versions are never read. */
export const LISTS = 'base-folders-1';
const MAX_PARALLEL_READS = 4;

/**
 * The folders of base images, layer by layer. Each layer is read once and its list stored, since its digest identifies it.
 *
 * Create it once per run: images that are built in parallel on the same base share the reads.
 */
export class FolderLists {
  readonly #pending = new Map<Digest, Promise<LayerFolders>>();
  readonly #limit = limitParallel(MAX_PARALLEL_READS);

  /** @param folder absolute path where lists are stored between runs; created if missing. */
  constructor(private readonly folder: string) {}

  /** @throws OciError of the source. */
  async findFolders({ layers, source, signal, onRead }: LayersToRead): Promise<FolderLookup> {
    const foreign = layers.find(({ mediaType }) => !isReadableLayer(mediaType));
    if (foreign !== undefined) return { kind: 'unknown', reason: `its layer ${shortDigest(foreign.digest)} is a ${foreign.mediaType}` };
    const stored = await Promise.all(layers.map(({ digest }) => this.#recall(digest)));
    const missing = layers.filter(({ digest }, index) => stored[index] === undefined && !this.#pending.has(digest));
    if (missing.length > 0) onRead?.(missing.reduce((sum, { size }) => sum + size, 0));
    try {
      const lists = await Promise.all(layers.map(async (layer, index) => stored[index] ?? this.#read(layer, source, signal)));
      return { kind: 'known', folders: new BaseFolders(lists) };
    } catch (error) {
      if (error instanceof TarProblem) return { kind: 'unknown', reason: `one of its layers could not be read: ${error.message}` };
      throw error;
    }
  }

  #read(layer: Descriptor, source: ContentSource, signal: AbortSignal | undefined): Promise<LayerFolders> {
    const pending = this.#pending.get(layer.digest);
    if (pending !== undefined) return pending;
    const reading = this.#limit(async () => {
      const content = await source.fetch(layer, signal === undefined ? {} : { signal });
      const folders = await readLayerFolders(content, layer.mediaType, signal);
      await this.#keep(layer.digest, folders);
      return folders;
    });
    this.#pending.set(layer.digest, reading);
    // A list that was read is stored on disk; after a failure, the next image tries again.
    const forget = () => this.#pending.delete(layer.digest);
    reading.then(forget, forget);
    return reading;
  }

  async #recall(digest: Digest): Promise<LayerFolders | undefined> {
    const file = this.#fileOf(digest);
    try {
      const list = JSON.parse(await readFile(file, 'utf8')) as LayerFolders;
      // The modification time records the last use.
      const now = new Date();
      await utimes(file, now, now);
      return list;
    } catch (error) {
      if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async #keep(digest: Digest, folders: LayerFolders): Promise<void> {
    const temporary = join(this.folder, LISTS, `.incoming-${randomUUID()}`);
    await mkdir(join(this.folder, LISTS), { recursive: true });
    await writeFile(temporary, JSON.stringify(folders));
    await rename(temporary, this.#fileOf(digest));
  }

  #fileOf(digest: Digest): string {
    return join(this.folder, LISTS, `${hexOf(digest)}.json`);
  }
}
