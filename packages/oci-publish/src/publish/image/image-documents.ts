import {
  isOciError,
  parseImageConfig,
  parseManifestOrIndex,
  readLimited,
  type ContentSource,
  type Descriptor,
  type Digest,
  type ImageConfig,
  type TagReader,
} from '@nx-oci/model';

// A config of 100 layers with long commands stays below 100 KiB.
const CONFIG_LIMIT_BYTES = 4 * 1024 * 1024;

/** A manifest or an index. */
export type Document = ReturnType<typeof parseManifestOrIndex>;

/** Without content if it is damaged. */
export interface FoundDocument {
  readonly digest: Digest;
  readonly content?: Document;
  /** Of the manifest itself. */
  readonly manifestBytes: number;
}

/** The documents of an image on a registry, each requested once. */
export class ImageDocuments {
  readonly #found = new Map<string, Promise<FoundDocument | undefined>>();
  readonly #configs = new Map<Digest, Promise<ImageConfig | undefined>>();

  constructor(
    private readonly repository: TagReader & ContentSource,
    private readonly signal: AbortSignal | undefined,
  ) {}

  find(reference: string): Promise<FoundDocument | undefined> {
    const found = this.#found.get(reference) ?? this.#find(reference);
    this.#found.set(reference, found);
    return found;
  }

  /** Nothing for an index, an artifact, and an image whose config is missing or damaged. */
  async configOf(document: Document): Promise<ImageConfig | undefined> {
    if (!('config' in document)) return undefined;
    const { digest } = document.config;
    const config = this.#configs.get(digest) ?? unlessDamaged(() => this.#fetchConfig(document.config));
    this.#configs.set(digest, config);
    return config;
  }

  async #find(reference: string): Promise<FoundDocument | undefined> {
    const manifest = await this.repository.fetchManifest(reference, { signal: this.signal });
    if (manifest === undefined) return undefined;
    const { bytes, descriptor } = manifest;
    return {
      digest: descriptor.digest,
      manifestBytes: descriptor.size,
      content: await unlessDamaged(() => parseManifestOrIndex(bytes, descriptor.mediaType)),
    };
  }

  async #fetchConfig(config: Descriptor): Promise<ImageConfig | undefined> {
    // The config of an artifact can be anything; only that of an image has labels.
    if (!/image\.(config\.)?v1\+json$/.test(config.mediaType) || config.size > CONFIG_LIMIT_BYTES) return undefined;
    const stream = await this.repository.fetch(config, { signal: this.signal });
    return parseImageConfig(await readLimited(stream, CONFIG_LIMIT_BYTES, 'image config'));
  }
}

/**
 * Returns nothing if a document can never be read: a damaged image must not block all later publishes to its tag. What might
 * be readable later still fails.
 */
async function unlessDamaged<Value>(read: () => Value | Promise<Value>): Promise<Value | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isOciError(error, 'CONFIG_INVALID', 'MANIFEST_INVALID', 'MEDIA_TYPE_UNSUPPORTED', 'BODY_TOO_LARGE', 'NOT_FOUND')) return undefined;
    throw error;
  }
}
