import type { Readable } from 'node:stream';

import type { Digest } from '@nx-oci/model';

/** First and last byte of a part, both included, counted from 0. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** A place for bytes that have no name yet. One writer at a time. */
export interface Upload {
  /** Bytes taken so far. */
  readonly sizeBytes: number;

  /** Takes a chunk whole or not at all: when `bytes` breaks off, the upload is as it was before. */
  append(bytes: AsyncIterable<Uint8Array>): Promise<void>;

  /** Everything taken so far, from the start. */
  read(): Readable;

  /**
   * Makes the bytes readable under `digest` at once, and ends the upload. The caller has checked the digest. Content that
   * is there already is kept as it is, unless it is of another length and thus damaged.
   */
  publish(digest: Digest): Promise<void>;

  /** Ends the upload and frees its place. Ending it twice is fine. */
  discard(): Promise<void>;
}

/** Bytes by digest, each kept once, whichever repositories hold it. */
export interface ContentStorage {
  /** Bytes, or `undefined` where there is no such content. */
  sizeOf(digest: Digest): Promise<number | undefined>;

  /** Opens content that is there; the stream fails where it is not. */
  read(digest: Digest, range?: ByteRange): Readable;

  /** Removing what is not there is fine. */
  remove(digest: Digest): Promise<void>;

  startUpload(): Promise<Upload>;
}

/** What a repository keeps a record of. `referrers/<digest>` holds those of one subject. */
export type RecordKind = 'blobs' | 'manifests' | 'tags' | `referrers/${Digest}`;

/** Names one record. All three parts were checked against the grammar of the specification before they get here. */
export interface RecordAddress {
  readonly repository: string;
  readonly kind: RecordKind;
  /** A digest or a tag. */
  readonly key: string;
}

/** A part of a sorted list of names. */
export interface NameRange {
  /** Names before it are left out; it need not exist. */
  readonly from?: string;
  /** At most so many names. */
  readonly limit?: number;
}

/** Small texts by address. A write replaces the whole text at once: a reader sees the old or the new one. */
export interface RecordStorage {
  /** The repositories that have a blob or a manifest, in the order of their bytes. A part costs what it holds, not what there is. */
  listRepositories(range?: NameRange): Promise<readonly string[]>;

  /** Every key of one kind, in the order of their bytes; empty for an unknown repository. */
  list(repository: string, kind: RecordKind): Promise<readonly string[]>;

  /** How many keys of one kind there are; counts no further than `limit`. */
  count(repository: string, kind: RecordKind, limit: number): Promise<number>;

  read(address: RecordAddress): Promise<string | undefined>;
  write(address: RecordAddress, text: string): Promise<void>;

  /** Whether there was something to remove. */
  remove(address: RecordAddress): Promise<boolean>;
}

/**
 * What a registry needs to keep its state: bytes by digest, and small records. It knows nothing of the protocol.
 *
 * One registry per storage: two would not see each other's uploads.
 */
export interface RegistryStorage {
  /** Where the state is, for people: `memory`, or the folder. */
  readonly location: string;
  readonly content: ContentStorage;
  readonly records: RecordStorage;

  /**
   * Called once before the first request.
   *
   * @throws OciError `OPTIONS_INVALID` when the place can not be used, `FOLDER_IN_USE` when another process uses it.
   */
  prepare(): Promise<void>;

  /** Called when requests are taken: for others that want the same place, and are told where it is served. */
  announce?(url: string, port: number): Promise<void>;

  /** Called once after the last request: others may use the place from now on. */
  release?(): Promise<void>;
}
