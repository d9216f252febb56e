import { once } from 'node:events';
import { PassThrough, pipeline, type Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

import { type ContentSource, type Descriptor } from '@nx-oci/model';

/** One reader's end of a download. */
interface Branch {
  readonly stream: PassThrough;
  deliveredBytes: number;
}

/** A blob that several readers read together: downloaded once, at the speed of the slowest, until the last reader leaves. */
export class SharedDownload {
  readonly #branches = new Set<Branch>();
  readonly #stopped = new AbortController();
  #opened: Promise<Readable> | undefined;

  /** @param stallMs how long a reader that takes nothing may hold up the others; then it gets a download of its own. */
  constructor(
    private readonly source: ContentSource,
    private readonly descriptor: Descriptor,
    private readonly stallMs: number,
  ) {}

  /** Opens a reader's stream. All readers must join before the first byte has arrived. */
  async branch(): Promise<Readable> {
    const branch: Branch = { stream: new PassThrough(), deliveredBytes: 0 };
    // It may fail before it is read, and Node ends the process over an error without a listener.
    branch.stream.on('error', () => undefined);
    this.#branches.add(branch);
    branch.stream.once('close', () => this.#leave(branch));
    this.#opened ??= this.#open();
    await this.#opened;
    return branch.stream;
  }

  async #open(): Promise<Readable> {
    const upstream = await this.source.fetch(this.descriptor, { signal: this.#stopped.signal });
    void this.#pour(upstream);
    return upstream;
  }

  #leave(branch: Branch): void {
    this.#branches.delete(branch);
    if (this.#branches.size === 0) this.#stopped.abort();
  }

  /** Never rejects: a failure goes to every reader. */
  async #pour(upstream: Readable): Promise<void> {
    try {
      for await (const chunk of upstream) await this.#pass(chunk as Buffer);
      for (const { stream } of this.#branches) stream.end();
    } catch (error) {
      for (const { stream } of this.#branches) stream.destroy(toError(error));
    }
  }

  async #pass(chunk: Buffer): Promise<void> {
    const held = new Map([...this.#branches].flatMap((branch) => (give(branch, chunk) ? [] : [[branch, untilFree(branch)] as const])));
    if (held.size === 0) return;
    // While no reader can take more, none delays another.
    if (held.size === this.#branches.size) await Promise.race(held.values());
    for (const [branch, free] of held) void free.then(() => held.delete(branch));
    const done = new AbortController();
    await Promise.race([Promise.all(held.values()), sleep(this.stallMs, undefined, { signal: done.signal }).catch(() => undefined)]);
    done.abort();
    for (const branch of held.keys()) this.#downloadAlone(branch);
  }

  #downloadAlone(branch: Branch): void {
    this.#leave(branch);
    const { stream, deliveredBytes } = branch;
    const stopped = new AbortController();
    stream.once('close', () => stopped.abort());
    this.source.fetch(this.descriptor, { signal: stopped.signal }).then(
      (own) =>
        pipeline(
          own,
          (pieces: AsyncIterable<Buffer>) => withoutFirst(pieces, deliveredBytes),
          stream,
          () => undefined,
        ),
      (error: unknown) => stream.destroy(toError(error)),
    );
  }
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** Whether the reader can take more immediately. */
function give(branch: Branch, chunk: Buffer): boolean {
  branch.deliveredBytes += chunk.byteLength;
  return branch.stream.write(chunk);
}

/** Waits until the reader takes more, or has left. */
async function untilFree({ stream }: Branch): Promise<void> {
  const done = new AbortController();
  const { signal } = done;
  await Promise.race(['drain', 'close'].map((event) => once(stream, event, { signal }))).catch(() => undefined);
  done.abort();
}

async function* withoutFirst(pieces: AsyncIterable<Buffer>, count: number): AsyncGenerator<Buffer> {
  let left = count;
  for await (const piece of pieces) {
    if (left < piece.byteLength) yield piece.subarray(left);
    left = Math.max(0, left - piece.byteLength);
  }
}
