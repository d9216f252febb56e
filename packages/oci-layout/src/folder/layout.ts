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
 * An OCI image layout: a folder with `oci-layout`, `index.json` and `blobs/`. It may be sparse: without the layers of a base
 * image.
 *
 * A tag is an entry of `index.json` whose annotation `org.opencontainers.image.ref.name` is exactly the tag.
 *
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md
 */
export interface Layout extends ContentSource, ContentSink, TagReader, TagWriter {
  /** Absolute path. */
  readonly folder: string;

  /**
   * Reads and verifies a manifest, index or config.
   *
   * @throws OciError `NOT_FOUND`, `LAYOUT_INVALID`, `BODY_TOO_LARGE`, `SIZE_MISMATCH`, `DIGEST_MISMATCH`
   */
  readDocument(descriptor: Descriptor): Promise<Buffer>;

  /** The entries of `index.json`, in their order, with and without names. */
  entries(): Promise<readonly Descriptor[]>;

  /** Replaces all entries of `index.json` atomically. */
  setEntries(descriptors: readonly Descriptor[]): Promise<void>;

  /**
   * Deletes the blobs that no entry references, and returns their number. Only for a layout without concurrent writers: it also
   * deletes content that another process has pushed but not listed yet.
   */
  removeUnreferenced(): Promise<number>;
}

/**
 * Opens an existing layout; creates nothing.
 *
 * @throws OciError `LAYOUT_INVALID` with the reason.
 */
export async function openLayout(folder: string): Promise<Layout> {
  const layout = new LayoutFolder(resolve(folder));
  await layout.index.check();
  return layout;
}

/**
 * Opens a layout, creating missing files; keeps existing ones.
 *
 * @throws OciError `LAYOUT_INVALID` if the folder is not a valid layout.
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
    await this.blobs.removeAbandoned(Date.now());
    return unreached.length;
  }

  /** The descriptor of a manifest that is only known by its digest; `undefined` if it is not a manifest. */
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

  /** Adds all content that `descriptor` references; a manifest that a sparse layout lacks is skipped. */
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

/** An entry with the same tag, or an unnamed entry of the same content. */
function isReplacedBy(other: Descriptor, entry: Descriptor): boolean {
  return nameOf(other) === nameOf(entry) || (nameOf(other) === undefined && other.digest === entry.digest);
}
