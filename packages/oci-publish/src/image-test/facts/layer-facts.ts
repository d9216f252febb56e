import { createHash } from 'node:crypto';
import { mkdir, readFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';

import { isReadableLayer, readLayerFiles, TarProblem, type LayerFiles } from '@nx-oci/layout';
import { hexOf, limitParallel, shortDigest, type ContentSource, type Descriptor, type Digest } from '@nx-oci/model';

import { replaceFile } from '../../text/replace-file';
import { type FileFacts } from './file-facts';
import { fileInspector } from './inspect-file';

export type LayerFacts = LayerFiles<FileFacts>;

/** The facts of a layer, or why it could not be read. */
export type LayerLookup =
  | { readonly kind: 'known'; readonly files: LayerFacts }
  | { readonly kind: 'unknown'; readonly layer: Descriptor; readonly error: unknown };

export interface LayersToRead {
  /** Lowest first. */
  readonly layers: readonly Descriptor[];
  readonly source: ContentSource;
  readonly signal?: AbortSignal | undefined;
}

// Part of the name, so that facts of another version are not read. Raise it when facts are extracted differently.
const LISTS = 'layer-facts-1';
const READ_AT_ONCE = 2;

/**
 * The facts of layers: each layer is read once and its facts are stored, since its digest identifies it. So layers of a base
 * image are downloaded once.
 */
export class LayerFactsStore {
  readonly #pending = new Map<Digest, Promise<LayerLookup>>();
  readonly #limit = limitParallel(READ_AT_ONCE);

  /** @param folder absolute; stores facts between runs; created if missing. */
  constructor(private readonly folder: string) {}

  look({ layers, source, signal }: LayersToRead): Promise<readonly LayerLookup[]> {
    return Promise.all(layers.map((layer) => this.#look(layer, source, signal)));
  }

  #look(layer: Descriptor, source: ContentSource, signal: AbortSignal | undefined): Promise<LayerLookup> {
    const pending = this.#pending.get(layer.digest);
    if (pending !== undefined) return pending;
    const looking = this.#limit(async (): Promise<LayerLookup> => {
      try {
        return { kind: 'known', files: (await this.#recall(layer.digest)) ?? (await this.#read(layer, source, signal)) };
      } catch (error) {
        if (signal?.aborted === true) throw error;
        return { kind: 'unknown', layer, error };
      }
    });
    this.#pending.set(layer.digest, looking);
    return looking;
  }

  async #read(layer: Descriptor, source: ContentSource, signal: AbortSignal | undefined): Promise<LayerFacts> {
    if (!isReadableLayer(layer.mediaType)) throw new TarProblem(`layer ${shortDigest(layer.digest)} is a ${layer.mediaType}`);
    const content = await source.fetch(layer, signal === undefined ? {} : { signal });
    const files = await readLayerFiles(content, layer.mediaType, fileInspector, signal);
    await this.#keep(layer.digest, files);
    return files;
  }

  async #recall(digest: Digest): Promise<LayerFacts | undefined> {
    const file = this.#fileOf(digest);
    const kept = await readFile(file, 'utf8').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    });
    if (kept === undefined) return undefined;
    const end = kept.indexOf('\n');
    const text = kept.slice(end + 1);
    // A truncated or modified file is rebuilt.
    if (kept.slice(0, end) !== sumOf(text)) return undefined;
    // The modification time records the last use.
    const now = new Date();
    await utimes(file, now, now);
    return JSON.parse(text) as LayerFacts;
  }

  async #keep(digest: Digest, files: LayerFacts): Promise<void> {
    const text = JSON.stringify(files);
    await mkdir(join(this.folder, LISTS), { recursive: true });
    await replaceFile(this.#fileOf(digest), `${sumOf(text)}\n${text}`);
  }

  #fileOf(digest: Digest): string {
    return join(this.folder, LISTS, `${hexOf(digest)}.json`);
  }
}

function sumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
