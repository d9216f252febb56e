import type { Readable } from 'node:stream';

import type { Digest } from '@nx-oci/model';

/** First and last byte of a range, both inclusive, counted from 0. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** An unfinished upload. One writer at a time. */
export interface Upload {
  /** Received bytes. */
  readonly sizeBytes: number;

  /** Appends a whole chunk or nothing: if `bytes` fails, the upload is unchanged. */
  append(bytes: AsyncIterable<Uint8Array>): Promise<void>;

  /** The received content, from the start. */
  read(): Readable;

  /**
   * Atomically stores the content under `digest`, and ends the upload. The caller has verified the digest. Existing content is
   * kept, unless its size differs and it is therefore corrupt.
   */
  publish(digest: Digest): Promise<void>;

  /** Ends the upload and frees its space. May be called twice. */
  discard(): Promise<void>;
}

/** Content by digest, stored once for all repositories. */
export interface ContentStorage {
  /** Size in bytes, or `undefined` if there is no such content. */
  sizeOf(digest: Digest): Promise<number | undefined>;

  /** Opens content; the stream fails if it does not exist. */
  read(digest: Digest, range?: ByteRange): Readable;

  /** Does nothing if the content does not exist. */
  remove(digest: Digest): Promise<void>;

  startUpload(): Promise<Upload>;

  /** Size of all content together, in bytes. Its cost depends on how much there is. */
  totalBytes(): Promise<number>;
}

/** The kinds of records of a repository. `referrers/<digest>` has the referrers of one subject. */
export type RecordKind = 'blobs' | 'manifests' | 'tags' | `referrers/${Digest}`;

/** The address of one record. All three parts are valid by the specification. */
export interface RecordAddress {
  readonly repository: string;
  readonly kind: RecordKind;
  /** A digest or a tag. */
  readonly key: string;
}

/** A range of a sorted list of names. */
export interface NameRange {
  /** Omits names before it; it need not exist. */
  readonly from?: string;
  /** Maximum number of names. */
  readonly limit?: number;
}

/** Small texts by address. Writes are atomic: a reader sees the old or the new text. */
export interface RecordStorage {
  /** The repositories with a blob or a manifest, in byte order. The cost depends on the range, not on the whole list. */
  listRepositories(range?: NameRange): Promise<readonly string[]>;

  /** All keys of one kind, in byte order; empty for an unknown repository. */
  list(repository: string, kind: RecordKind): Promise<readonly string[]>;

  /** The number of keys of one kind, counted up to `limit`. */
  count(repository: string, kind: RecordKind, limit: number): Promise<number>;

  read(address: RecordAddress): Promise<string | undefined>;

  /** All records of one kind by key, in no particular order; empty for an unknown repository. */
  readAll(repository: string, kind: RecordKind): Promise<ReadonlyMap<string, string>>;

  write(address: RecordAddress, text: string): Promise<void>;

  /** @returns whether the record existed. */
  remove(address: RecordAddress): Promise<boolean>;
}

/**
 * The storage of a registry: content by digest, and small records. Independent of the protocol.
 *
 * Only one registry per storage: two would not see each other's uploads.
 */
export interface RegistryStorage {
  /** The location of the storage, for people: `memory`, or the folder. */
  readonly location: string;
  readonly content: ContentStorage;
  readonly records: RecordStorage;

  /**
   * Called once before the first request.
   *
   * @throws OciError `OPTIONS_INVALID` if the folder cannot be used, `FOLDER_IN_USE` if another process uses it.
   */
  prepare(): Promise<void>;

  /** Called once requests are accepted, so that other processes that want the same folder can name the URL. */
  announce?(url: string, port: number): Promise<void>;

  /** Called once after the last request: then other processes may use the folder. */
  release?(): Promise<void>;
}
