import { resolve } from 'node:path';
import { Readable } from 'node:stream';

import {
  ANNOTATIONS,
  childrenOf,
  isDigest,
  isManifestOrIndexType,
  isOciError,
  MAX_READ_MANIFEST_BYTES,
  parseManifestOrIndex,
  type ContentSink,
  type ContentSource,
  type Descriptor,
  type Digest,
  type EncodedManifest,
  type OpenContent,
  type PushOutcome,
  type TagList,
  type TagReader,
  type TagWriter,
  type TransferOptions,
} from '@nx-oci/model';

import { BlobFolder } from './blob-folder';
import { IndexFile } from './index-file';

/**
 * An OCI image layout: a folder with `oci-layout`, `index.json` and `blobs/`. It may be sparse, naming layers of a base
 * image that it does not hold.
 *
 * A tag is an entry of `index.json` whose annotation `org.opencontainers.image.ref.name` is exactly that text.
 *
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md
 */
export interface Layout extends ContentSource, ContentSink, TagReader, TagWriter {
  /** Absolute path. */
  readonly folder: string;

  /**
   * A manifest, index or config, verified, by its descriptor alone.
   *
   * @throws OciError `NOT_FOUND`, `LAYOUT_INVALID`, `BODY_TOO_LARGE`, `SIZE_MISMATCH`, `DIGEST_MISMATCH`
   */
  readDocument(descriptor: Descriptor): Promise<Buffer>;

  /** What `index.json` lists, in its order: with names and without. */
  entries(): Promise<readonly Descriptor[]>;

  /** Replaces all that `index.json` lists, in one step: a reader sees the old list or the new one. */
  setEntries(descriptors: readonly Descriptor[]): Promise<void>;

  /**
   * Deletes the blobs that no entry reaches, and returns how many. Only for a layout that nobody else writes to: content
   * that another process has pushed and not listed yet would go as well.
   */
  removeUnreferenced(): Promise<number>;
}

/**
 * Opens a layout that is there; creates nothing.
 *
 * @throws OciError `LAYOUT_INVALID` with the reason.
 */
export async function openLayout(folder: string): Promise<Layout> {
  const layout = new LayoutFolder(resolve(folder));
  await layout.index.check();
  return layout;
}

/**
 * Opens a layout, making what is missing of it; what is there is kept.
 *
 * @throws OciError `LAYOUT_INVALID` when what is there is not a layout.
 */
export async function createLayout(folder: string): Promise<Layout> {
  const layout = new LayoutFolder(resolve(folder));
  await layout.index.create();
  return layout;
}

class LayoutFolder implements Layout {
  readonly index: IndexFile;
  private readonly blobs: BlobFolder;

  constructor(readonly folder: string) {
    this.index = new IndexFile(folder);
    this.blobs = new BlobFolder(folder);
  }

  fetch(descriptor: Descriptor, options: TransferOptions = {}): Promise<Readable> {
    return this.blobs.open(descriptor, options.signal);
  }

  has(descriptor: Descriptor): Promise<boolean> {
    return this.blobs.has(descriptor);
  }

  push(descriptor: Descriptor, open: OpenContent, options: TransferOptions = {}): Promise<PushOutcome> {
    return this.blobs.push(descriptor, open, options.signal);
  }

  async resolve(reference: string): Promise<Descriptor | undefined> {
    const entries = await this.entries();
    if (!isDigest(reference)) return entries.find((entry) => nameOf(entry) === reference);
    return entries.find(({ digest }) => digest === reference) ?? (await this.describe(reference));
  }

  async fetchManifest(reference: string): Promise<EncodedManifest | undefined> {
    const descriptor = await this.resolve(reference);
    if (descriptor === undefined || (await this.blobs.sizeOf(descriptor.digest)) === undefined) return undefined;
    return { descriptor, bytes: await this.readDocument(descriptor) };
  }

  readDocument(descriptor: Descriptor): Promise<Buffer> {
    return this.blobs.read(descriptor, MAX_READ_MANIFEST_BYTES);
  }

  async listTags(): Promise<TagList> {
    const names = (await this.entries()).map(nameOf);
    return { names: names.filter((name) => name !== undefined) };
  }

  async tag(manifest: EncodedManifest, tag: string, options: TransferOptions = {}): Promise<void> {
    await this.push(manifest.descriptor, () => Promise.resolve(Readable.from([manifest.bytes], { objectMode: false })), options);
    const { annotations, ...target } = manifest.descriptor;
    const entry = { ...target, annotations: { ...annotations, [ANNOTATIONS.refName]: tag } };
    await this.index.update((entries) => [...entries.filter((other) => !isReplacedBy(other, entry)), entry]);
  }

  async entries(): Promise<readonly Descriptor[]> {
    return (await this.index.read()).manifests;
  }

  setEntries(descriptors: readonly Descriptor[]): Promise<void> {
    return this.index.update(() => descriptors);
  }

  async removeUnreferenced(): Promise<number> {
    const reached = new Set<Digest>();
    for (const entry of await this.entries()) await this.reach(entry, reached);
    const unreached = (await this.blobs.list()).filter((digest) => !reached.has(digest));
    for (const digest of unreached) await this.blobs.remove(digest);
    await this.blobs.removeForgotten(Date.now());
    return unreached.length;
  }

  /** The descriptor of a manifest that is only reached by its digest; `undefined` when it is no manifest. */
  private async describe(digest: Digest): Promise<Descriptor | undefined> {
    const size = await this.blobs.sizeOf(digest);
    if (size === undefined || size > MAX_READ_MANIFEST_BYTES) return undefined;
    try {
      const bytes = await this.readDocument({ mediaType: '', digest, size });
      return { mediaType: parseManifestOrIndex(bytes).mediaType, digest, size };
    } catch (error) {
      if (isOciError(error, 'MANIFEST_INVALID', 'MEDIA_TYPE_UNSUPPORTED')) return undefined;
      throw error;
    }
  }

  /** Adds what `descriptor` leads to; a manifest that a sparse layout does not hold leads to nothing. */
  private async reach(descriptor: Descriptor, reached: Set<Digest>): Promise<void> {
    if (reached.has(descriptor.digest)) return;
    reached.add(descriptor.digest);
    if (!isManifestOrIndexType(descriptor.mediaType) || (await this.blobs.sizeOf(descriptor.digest)) === undefined) return;
    const bytes = await this.readDocument(descriptor);
    for (const child of childrenOf({ descriptor, bytes })) await this.reach(child, reached);
  }
}

function nameOf(entry: Descriptor): string | undefined {
  return entry.annotations?.[ANNOTATIONS.refName];
}

/** The tag points elsewhere now, and an entry that had no name has one. */
function isReplacedBy(other: Descriptor, entry: Descriptor): boolean {
  return nameOf(other) === nameOf(entry) || (nameOf(other) === undefined && other.digest === entry.digest);
}
