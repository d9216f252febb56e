import { type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import {
  childrenOf,
  isForeignLayer,
  isManifestOrIndexType,
  isTag,
  OciError,
  parseDigest,
  readLimited,
  verifiedStream,
  type BlobMounter,
  type ContentSink,
  type ContentSource,
  type Descriptor,
  type Digest,
  type EncodedManifest,
  type MountSource,
  type OpenContent,
  type PushOutcome,
  type TagList,
  type TagReader,
  type TagWriter,
  type TransferOptions,
} from '..';

/** A blob, manifest or index with its bytes. */
export interface Content {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

/** One call that a store answered, in order. */
export interface Operation {
  readonly verb: 'fetch' | 'has' | 'push' | 'mount' | 'tag';
  readonly digest: Digest;
  readonly tag?: string;
}

/**
 * A repository in memory, as strict as a registry: it verifies content on its way in and out, and refuses a manifest
 * while a child is missing.
 */
export class MemoryStore implements ContentSource, ContentSink, TagReader, TagWriter {
  readonly #contents = new Map<Digest, Content>();
  readonly #tags = new Map<string, Digest>();
  readonly #operations: Operation[] = [];

  constructor(contents: readonly Content[] = []) {
    for (const content of contents) this.put(content);
  }

  get operations(): readonly Operation[] {
    return this.#operations;
  }

  get contents(): readonly Content[] {
    return [...this.#contents.values()];
  }

  /** Stores content, even corrupt content, without a check or a record. */
  put(content: Content): void {
    this.#contents.set(content.descriptor.digest, content);
  }

  remove(digest: Digest): void {
    this.#contents.delete(digest);
  }

  /** The digests of all calls of `verb`, in order. */
  digestsOf(verb: Operation['verb']): readonly Digest[] {
    return this.#operations.filter((operation) => operation.verb === verb).map(({ digest }) => digest);
  }

  // Everything below is asynchronous because its interface is: even a mistake of the caller must reject.

  async fetch(descriptor: Descriptor, options: TransferOptions = {}): Promise<Readable> {
    await this.#record({ verb: 'fetch', digest: descriptor.digest }, options);
    const content = this.#contents.get(descriptor.digest);
    if (content === undefined) throw notFound(descriptor.digest);
    const checked = verifiedStream(descriptor);
    checked.end(content.bytes);
    return checked;
  }

  async has(descriptor: Descriptor, options: TransferOptions = {}): Promise<boolean> {
    await this.#record({ verb: 'has', digest: descriptor.digest }, options);
    return this.#contents.has(descriptor.digest);
  }

  async push(descriptor: Descriptor, open: OpenContent, options: TransferOptions = {}): Promise<PushOutcome> {
    await this.#record({ verb: 'push', digest: descriptor.digest }, options);
    if (this.#contents.has(descriptor.digest)) return 'present';
    const bytes = await pipeline(await open(), verifiedStream(descriptor), (checked: AsyncIterable<Uint8Array>) =>
      readLimited(checked, descriptor.size, descriptor.digest),
    );
    this.#refuseOrphan({ descriptor, bytes });
    this.put({ descriptor, bytes });
    return 'uploaded';
  }

  async tag(manifest: EncodedManifest, tag: string, options: TransferOptions = {}): Promise<void> {
    const { digest } = manifest.descriptor;
    await this.#record({ verb: 'tag', digest, tag }, options);
    this.#refuseOrphan(manifest);
    this.put(manifest);
    this.#tags.set(tag, digest);
  }

  async resolve(reference: string, options: TransferOptions = {}): Promise<Descriptor | undefined> {
    return (await this.fetchManifest(reference, options))?.descriptor;
  }

  fetchManifest(reference: string, options: TransferOptions = {}): Promise<EncodedManifest | undefined> {
    options.signal?.throwIfAborted();
    const digest = isTag(reference) ? this.#tags.get(reference) : parseDigest(reference);
    const content = digest === undefined ? undefined : this.#contents.get(digest);
    return Promise.resolve(content !== undefined && isManifestOrIndexType(content.descriptor.mediaType) ? content : undefined);
  }

  listTags(): Promise<TagList> {
    return Promise.resolve({ names: [...this.#tags.keys()] });
  }

  async #record(operation: Operation, { signal }: TransferOptions): Promise<void> {
    // One turn of the event loop, as with any real store, so that concurrent calls interleave.
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
    this.#operations.push(operation);
  }

  #refuseOrphan(content: Content): void {
    const missing = childrenOf(content).find((child) => !isForeignLayer(child) && !this.#contents.has(child.digest));
    if (missing === undefined) return;
    throw new OciError('MANIFEST_INVALID', `Cannot store ${content.descriptor.digest}: its child ${missing.digest} is missing.`);
  }

  /** For the mounting store: copies content from a sibling without a transfer. */
  protected async takeOver(descriptor: Descriptor, sibling: MemoryStore | undefined): Promise<boolean> {
    await this.#record({ verb: 'mount', digest: descriptor.digest }, {});
    const content = sibling?.contents.find((piece) => piece.descriptor.digest === descriptor.digest);
    if (content !== undefined) this.put(content);
    return content !== undefined;
  }
}

/** A repository in memory that can mount from its siblings, which are named by their repository. */
export class MountingMemoryStore extends MemoryStore implements BlobMounter {
  constructor(
    private readonly siblings: Readonly<Record<string, MemoryStore>>,
    contents: readonly Content[] = [],
  ) {
    super(contents);
  }

  async mountOrPush(descriptor: Descriptor, from: MountSource, open: OpenContent, options: TransferOptions = {}): Promise<PushOutcome> {
    return (await this.takeOver(descriptor, this.siblings[from.repository])) ? 'mounted' : this.push(descriptor, open, options);
  }
}

function notFound(digest: Digest): OciError {
  return new OciError('NOT_FOUND', `Cannot read ${digest}: the store in memory has no such content.`);
}
