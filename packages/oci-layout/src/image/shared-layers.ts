import { BlobFolder } from '../folder/blob-folder';
import { collectLayers } from '../layer/collect-layers';
import { findCredentials } from '../layer/find-credentials';
import { LayerCache } from '../layer/layer-cache';
import type { LayerEntry } from '../layer/layer-entry';
import type { LayerSource } from '../layer/layer-source';
import { makeLayer, type MadeLayer } from '../layer/make-layer';
import { normalizeSource, type NormalizedSource } from '../layer/normalize-source';
import { throwProblems } from '../layer/source-problem';
import { walkSource, type WalkedSource } from '../layer/walk-source';
import type { BuildImageOptions } from './build-options';

/** The sources of the layers of one image. */
export type LayerSources = BuildImageOptions['layers'];

/** The entries of the layers of one image. */
export interface ListedLayers {
  readonly entries: readonly (readonly LayerEntry[])[];
  /** When they were listed, in milliseconds since 1970. */
  readonly listedAtMs: number;
}

/** A layer, and what was seen of its files. */
export interface CheckedLayer extends MadeLayer {
  /** Paths in the image of files that look like keys, tokens or passwords. */
  readonly credentials: readonly string[];
}

type Settings = Pick<BuildImageOptions, 'sink' | 'layerCache' | 'compression' | 'watcher' | 'signal'>;

/**
 * The layers of images that are built together, such as those of several platforms. What they share is done once: a source, by
 * identity of the object, is listed once, and equal entries are packed and compressed once.
 */
export class SharedLayers {
  /** Before any file is looked at. */
  readonly #startedAtMs = Date.now();
  readonly #blobs: BlobFolder;
  readonly #cache: Promise<LayerCache | undefined>;
  readonly #walked = new Map<LayerSource, Promise<WalkedSource>>();
  readonly #listed = new Map<LayerSources, Promise<ListedLayers>>();
  readonly #made: { readonly entries: readonly LayerEntry[]; readonly layer: Promise<CheckedLayer> }[] = [];

  constructor(private readonly settings: Settings) {
    const { sink, layerCache, compression } = settings;
    this.#blobs = new BlobFolder(sink.folder);
    this.#cache = layerCache === undefined ? Promise.resolve(undefined) : LayerCache.open(layerCache, compression);
    // A failure is reported by the first layer that is made.
    this.#cache.catch(() => undefined);
  }

  /**
   * Lists all sources of all images.
   *
   * @throws OciError `OPTIONS_INVALID`; `LAYER_SOURCE_MISSING` or `LAYER_SOURCE_INVALID` with all problems of all images.
   */
  async check(images: readonly LayerSources[]): Promise<void> {
    const sources = [...new Set(images.flat(2))];
    const walked = await Promise.all(sources.map((source) => this.#walk(source, normalizeSource(source))));
    throwProblems(walked.flatMap(({ problems }) => problems));
  }

  /** @throws OciError as `collectLayers` */
  list(layers: LayerSources): Promise<ListedLayers> {
    const listed = this.#listed.get(layers) ?? this.#list(layers);
    this.#listed.set(layers, listed);
    return listed;
  }

  /** Packs and compresses a layer, or takes it from the cache. */
  make(entries: readonly LayerEntry[], listedAtMs: number): Promise<CheckedLayer> {
    const known = this.#made.find((one) => areSame(one.entries, entries));
    if (known !== undefined) return known.layer;
    const layer = this.#make(entries, listedAtMs);
    this.#made.push({ entries, layer });
    return layer;
  }

  async #list(layers: LayerSources): Promise<ListedLayers> {
    const entries = await collectLayers(layers, (source, normalized) => this.#walk(source, normalized));
    return { entries, listedAtMs: this.#startedAtMs };
  }

  #walk(source: LayerSource, normalized: NormalizedSource): Promise<WalkedSource> {
    const walked = this.#walked.get(source) ?? walkSource(normalized);
    this.#walked.set(source, walked);
    return walked;
  }

  async #make(entries: readonly LayerEntry[], collectedAtMs: number): Promise<CheckedLayer> {
    const { compression = 'gzip', watcher, signal } = this.settings;
    const cache = await this.#cache;
    const layer = await makeLayer({ entries, collectedAtMs, blobs: this.#blobs, cache, compression, watcher, signal });
    return { ...layer, credentials: await findCredentials(entries) };
  }
}

/** Entries of files are the same objects where the same source was listed; folders are adapted to each base. */
function areSame(one: readonly LayerEntry[], other: readonly LayerEntry[]): boolean {
  return (
    one.length === other.length &&
    one.every((entry, index) => entry === other[index] || JSON.stringify(entry) === JSON.stringify(other[index]))
  );
}
