import { Readable } from 'node:stream';

import { countBytes } from '../streams/count-bytes';
import { childrenOf, isForeignLayer } from '../documents/children-of';
import { isBlobMounter, type ContentSink, type ContentSource, type MountSource, type OpenContent, type PushOutcome } from './content-store';
import type { Descriptor } from '../names/descriptor';
import { shortDigest } from '../names/digest';
import { limitParallel, type Limit } from '../streams/limit-parallel';
import { MAX_MANIFEST_BYTES } from '../documents/manifest';
import { isManifestOrIndexType } from '../documents/media-types';
import { OciError } from '../errors/oci-error';
import { readLimited } from '../streams/read-limited';
import { verifyBytes } from '../streams/verified-stream';

/** One piece of content that the sink now has, and how it got there. */
export interface CopiedContent {
  readonly descriptor: Descriptor;
  readonly outcome: PushOutcome;
}

/** How far a piece of content has been read. */
export interface CopyProgress {
  readonly descriptor: Descriptor;
  /** Bytes so far; starts at 0 again when an upload is retried. */
  readonly movedBytes: number;
}

export interface CopyOptions {
  /** How many pieces of content are copied at once; default 4. */
  readonly concurrency?: number;
  readonly signal?: AbortSignal;
  /** A repository of the sink's registry that already has this blob; used if the sink can mount. */
  readonly mountFrom?: (descriptor: Descriptor) => MountSource | undefined;
  /** Whether the caller knows that the sink has this content and its children: then no request is made for any of it. */
  readonly skip?: (descriptor: Descriptor) => boolean;
  /** Called for each blob before it waits for its turn, so that the sizes of all are known early; must not throw. */
  readonly onQueued?: (descriptor: Descriptor) => void;
  /** Called for each piece of content once it has arrived, once per digest; must not throw. */
  readonly onContent?: (event: CopiedContent) => void;
  /** Called while a blob is read from the source, once when it is opened and then for every chunk; must not throw. */
  readonly onProgress?: (event: CopyProgress) => void;
}

export interface Amount {
  readonly count: number;
  /** By descriptor; more may have been sent if an upload was retried. */
  readonly bytes: number;
}

/** What a copy did, by outcome. Skipped content is counted as present. */
export type CopySummary = Readonly<Record<PushOutcome, Amount>>;

// An index of indexes is allowed but rare; each level costs a request, and the author of the index decides how many there are.
const MAX_NESTING = 8;

/**
 * Copies a tree of content. All content moves through this function.
 *
 * Children go before parents, each digest once, with the original bytes. Foreign layers are not copied (`isForeignLayer`).
 * The first failure stops the rest; when the promise settles, nothing is running any more.
 *
 * @throws OciError of the source or the sink, unchanged; `ABORTED` if `signal` fired first; `MANIFEST_INVALID`.
 */
export async function copyImage(
  source: ContentSource,
  sink: ContentSink,
  root: Descriptor,
  options: CopyOptions = {},
): Promise<CopySummary> {
  const failed = new AbortController();
  const signal = options.signal === undefined ? failed.signal : AbortSignal.any([options.signal, failed.signal]);
  const copy = new ImageCopy({ source, sink, options, failed, signal, limit: limitParallel(options.concurrency ?? 4) });
  await copy.copyTree(root, 0);
  if (failed.signal.aborted) throw failed.signal.reason;
  return copy.summarize();
}

interface CopyContext {
  readonly source: ContentSource;
  readonly sink: ContentSink;
  readonly options: CopyOptions;
  /** Aborted by the first failure. */
  readonly failed: AbortController;
  /** The caller's signal or the first failure, whichever comes first. */
  readonly signal: AbortSignal;
  readonly limit: Limit;
}

/** The state of one copy. */
class ImageCopy {
  readonly #started = new Map<string, Promise<void>>();
  readonly #copied: CopiedContent[] = [];

  constructor(private readonly context: CopyContext) {}

  /** Never rejects: a failure becomes the abort reason of `failed`, so that all siblings have ended before the caller sees it. */
  copyTree(descriptor: Descriptor, depth: number): Promise<void> {
    // A registry stores manifests and blobs apart, even if their bytes are the same.
    const key = `${isManifestOrIndexType(descriptor.mediaType) ? 'manifest' : 'blob'} ${descriptor.digest}`;
    const started = this.#started.get(key);
    if (started !== undefined) return started;
    const copying = this.#copyOnce(descriptor, depth).catch((error: unknown) => this.#fail(descriptor, error));
    this.#started.set(key, copying);
    return copying;
  }

  summarize(): CopySummary {
    return { uploaded: this.#amountOf('uploaded'), mounted: this.#amountOf('mounted'), present: this.#amountOf('present') };
  }

  #amountOf(outcome: PushOutcome): Amount {
    const pieces = this.#copied.filter((piece) => piece.outcome === outcome);
    return { count: pieces.length, bytes: pieces.reduce((sum, { descriptor }) => sum + descriptor.size, 0) };
  }

  #fail(descriptor: Descriptor, error: unknown): void {
    const { failed, options } = this.context;
    if (failed.signal.aborted) return;
    const cancelled = options.signal?.aborted === true;
    const message = `Cannot copy ${shortDigest(descriptor.digest)}: the copy was cancelled.`;
    failed.abort(cancelled ? new OciError('ABORTED', message, { cause: error }) : error);
  }

  async #copyOnce(descriptor: Descriptor, depth: number): Promise<void> {
    const { options } = this.context;
    if (isForeignLayer(descriptor)) return;
    if (options.skip?.(descriptor) === true) this.#record(descriptor, 'present');
    else if (isManifestOrIndexType(descriptor.mediaType)) await this.#copyManifest(descriptor, depth);
    else {
      options.onQueued?.(descriptor);
      this.#record(descriptor, await this.#whenFree(descriptor, (signal) => this.#copyBlob(descriptor, signal)));
    }
  }

  async #copyManifest(descriptor: Descriptor, depth: number): Promise<void> {
    if (depth >= MAX_NESTING) {
      throw new OciError(
        'MANIFEST_INVALID',
        `Cannot copy ${shortDigest(descriptor.digest)}: its indexes are nested more than ${MAX_NESTING} deep.`,
      );
    }
    const { sink } = this.context;
    const bytes = await this.#whenFree(descriptor, (signal) => this.#readManifest(descriptor, signal));
    await Promise.all(childrenOf({ descriptor, bytes }).map((child) => this.copyTree(child, depth + 1)));
    this.#record(descriptor, await this.#whenFree(descriptor, (signal) => sink.push(descriptor, openBytes(bytes), { signal })));
  }

  async #readManifest(descriptor: Descriptor, signal: AbortSignal): Promise<Buffer> {
    const stream = await this.context.source.fetch(descriptor, { signal });
    const bytes = await readLimited(stream, MAX_MANIFEST_BYTES, `the manifest ${shortDigest(descriptor.digest)}`);
    verifyBytes(descriptor, bytes);
    return bytes;
  }

  async #copyBlob(descriptor: Descriptor, signal: AbortSignal): Promise<PushOutcome> {
    const { source, sink, options } = this.context;
    const { onProgress } = options;
    const open: OpenContent = async () => {
      const stream = await source.fetch(descriptor, { signal });
      return onProgress === undefined ? stream : countBytes(stream, (movedBytes) => onProgress({ descriptor, movedBytes }));
    };
    const from = options.mountFrom?.(descriptor);
    if (from !== undefined && isBlobMounter(sink)) return sink.mountOrPush(descriptor, from, open, { signal });
    return (await sink.has(descriptor, { signal })) ? 'present' : sink.push(descriptor, open, { signal });
  }

  /**
   * Nothing starts once a failure or the caller has stopped the copy: the failure is recorded before the next task starts.
   * Each task gets a signal of its own: Node would warn of a leak if many tasks listened to the same one.
   */
  #whenFree<T>(descriptor: Descriptor, task: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.context.limit(async () => {
      try {
        this.context.signal.throwIfAborted();
        return await task(AbortSignal.any([this.context.signal]));
      } catch (error) {
        this.#fail(descriptor, error);
        throw error;
      }
    });
  }

  #record(descriptor: Descriptor, outcome: PushOutcome): void {
    const event: CopiedContent = { descriptor, outcome };
    this.#copied.push(event);
    this.context.options.onContent?.(event);
  }
}

function openBytes(bytes: Buffer): OpenContent {
  return () => Promise.resolve(Readable.from([bytes], { objectMode: false }));
}
