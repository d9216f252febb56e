import { type Readable } from 'node:stream';

import { isManifestOrIndexType, OciError, type ContentSource, type Descriptor, type Digest, type TransferOptions } from '@nx-oci/model';

import { SharedDownload } from './shared-download';

/** Time limits for targets that read a source together. */
export interface SharingTimeouts {
  /** How long the first target that requests a blob waits for the others. */
  readonly gatherMs: number;
  /** How long a target that takes nothing may delay the others. */
  readonly stallMs: number;
}

const TIMEOUTS: SharingTimeouts = { gatherMs: 2000, stallMs: 5000 };

/** One target's view of a source that it shares. */
export interface SharedReader extends ContentSource {
  /** Records that this target has the blob, so that the others do not wait for it. */
  markPresent(descriptor: Descriptor): void;
  /** Ends reading, so that the others no longer wait for this target. */
  leave(): void;
}

interface Reader {
  /** Blobs that the target has, or has requested. */
  readonly seen: Set<Digest>;
}

/** The targets that wait for the download of a blob to start. */
interface Gathering {
  readonly descriptor: Descriptor;
  readonly waiting: Map<Reader, (content: Promise<Readable>) => void>;
  readonly timer: NodeJS.Timeout;
}

/**
 * A source that several targets read together: each blob is downloaded once for all of them, at the speed of the slowest.
 *
 * The first target that requests a blob waits some seconds for the others. A target that retries, comes late or delays the
 * others gets a download of its own, so that no wait is endless.
 */
export class SharedDownloads {
  readonly #readers = new Set<Reader>();
  readonly #gatherings = new Map<Digest, Gathering>();

  constructor(
    private readonly source: ContentSource,
    private readonly timeouts: SharingTimeouts = TIMEOUTS,
  ) {}

  /** Adds a target. */
  join(): SharedReader {
    const reader: Reader = { seen: new Set() };
    this.#readers.add(reader);
    return {
      fetch: (descriptor, options) => this.#fetch(reader, descriptor, options),
      markPresent: ({ digest }) => {
        reader.seen.add(digest);
        this.#beginWhatIsComplete();
      },
      leave: () => {
        this.#readers.delete(reader);
        this.#beginWhatIsComplete();
      },
    };
  }

  #fetch(reader: Reader, descriptor: Descriptor, options: TransferOptions = {}): Promise<Readable> {
    const { digest, mediaType } = descriptor;
    const isSecondTime = reader.seen.has(digest);
    reader.seen.add(digest);
    const isExpected = this.#gatherings.has(digest) || !this.#isSeenByAll(digest);
    if (isManifestOrIndexType(mediaType) || isSecondTime || !isExpected) return this.source.fetch(descriptor, options);
    return new Promise((resolve, reject) => {
      const gathering = this.#gatherings.get(digest) ?? this.#gather(descriptor);
      gathering.waiting.set(reader, resolve);
      options.signal?.addEventListener(
        'abort',
        () => {
          gathering.waiting.delete(reader);
          reject(new OciError('ABORTED', `Cannot read ${digest}: the copy was stopped.`));
        },
        { once: true },
      );
      this.#beginWhatIsComplete();
    });
  }

  #gather(descriptor: Descriptor): Gathering {
    const timer = setTimeout(() => this.#begin(gathering), this.timeouts.gatherMs);
    const gathering: Gathering = { descriptor, waiting: new Map(), timer };
    this.#gatherings.set(descriptor.digest, gathering);
    return gathering;
  }

  #isSeenByAll(digest: Digest): boolean {
    return [...this.#readers].every(({ seen }) => seen.has(digest));
  }

  #beginWhatIsComplete(): void {
    for (const gathering of [...this.#gatherings.values()]) {
      if (this.#isSeenByAll(gathering.descriptor.digest)) this.#begin(gathering);
    }
  }

  #begin({ descriptor, waiting, timer }: Gathering): void {
    clearTimeout(timer);
    this.#gatherings.delete(descriptor.digest);
    const resolvers = [...waiting.values()];
    const download = new SharedDownload(this.source, descriptor, this.timeouts.stallMs);
    for (const resolve of resolvers) resolve(resolvers.length === 1 ? this.source.fetch(descriptor) : download.branch());
  }
}
