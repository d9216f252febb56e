import type { PackingWatcher } from '@nx-oci/layout';

import { formatBytes } from '../../text/format-bytes';
import { describeRate } from '../../text/describe-rate';

// As for uploads: what takes less time needs no progress.
const LINE_MS = 10_000;

/**
 * Prints every ten seconds how far the layers of an image are: `Packing layers: 312 MB of 1.2 GB, 85 MB/s, 11 s left`.
 *
 * @param print absent if nobody wants to see it.
 */
export async function showPacking<Result>(
  print: ((line: string) => void) | undefined,
  pack: (watcher: PackingWatcher | undefined) => Promise<Result>,
): Promise<Result> {
  const progress = print && new PackingProgress(print);
  try {
    return await pack(progress);
  } finally {
    progress?.stop();
  }
}

class PackingProgress implements PackingWatcher {
  readonly #print: (line: string) => void;
  readonly #timer: NodeJS.Timeout;
  #startedAtMs: number | undefined;
  #sizeBytes = 0;
  #packedBytes = 0;

  constructor(print: (line: string) => void) {
    this.#print = print;
    this.#timer = setInterval(() => this.#report(), LINE_MS);
    this.#timer.unref();
  }

  begun(sizeBytes: number): void {
    this.#startedAtMs ??= performance.now();
    this.#sizeBytes += sizeBytes;
  }

  packed(addedBytes: number): void {
    this.#packedBytes += addedBytes;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #report(): void {
    // Headers of files are packed, too, but not counted.
    const done = Math.min(this.#packedBytes, this.#sizeBytes);
    if (this.#startedAtMs === undefined || done === this.#sizeBytes) return;
    const rate = describeRate(done, this.#sizeBytes, performance.now() - this.#startedAtMs);
    this.#print(`Packing layers: ${formatBytes(done)} of ${formatBytes(this.#sizeBytes)}${rate}`);
  }
}
