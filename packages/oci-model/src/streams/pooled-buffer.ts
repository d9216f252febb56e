const RELEASE = Symbol('release');

interface Pooled {
  readonly [RELEASE]?: () => void;
}

/**
 * Marks a buffer that its owner reuses as soon as its consumer releases it: a layer of gigabytes then needs a handful of
 * buffers, instead of one per chunk that waits for the garbage collector.
 *
 * The mark belongs to this very object, which streams pass on unchanged; a slice or a copy has none. Consumers need not
 * release a buffer: then it is not reused.
 */
export function pooledBuffer<Bytes extends Uint8Array>(bytes: Bytes, onRelease: () => void): Bytes {
  return Object.assign(bytes, { [RELEASE]: onRelease } satisfies Pooled);
}

/** Call it only as the sole owner of the bytes, and do not read them afterwards. Does nothing to ordinary bytes. */
export function releaseBuffer(bytes: Uint8Array & Pooled): void {
  bytes[RELEASE]?.();
}
