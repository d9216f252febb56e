/** Receives how far the packing of layers is, in bytes of their archives before compression. Its methods must not throw. */
export interface PackingWatcher {
  /** A layer is about to be packed; `sizeBytes` is that of its files. */
  begun(sizeBytes: number): void;
  /** So many more bytes are packed. */
  packed(addedBytes: number): void;
}
