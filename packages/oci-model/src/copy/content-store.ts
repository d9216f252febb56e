import type { Readable } from 'node:stream';

import type { Descriptor } from '../names/descriptor';
import type { Digest } from '../names/digest';
import type { EncodedManifest } from '../documents/manifest';
import type { OciError } from '../errors/oci-error';

/** Bounds of one transfer. */
export interface TransferOptions {
  readonly signal?: AbortSignal;
}

/** A store to read content from: a layout folder, a repository on a registry, memory. */
export interface ContentSource {
  /**
   * Opens content. The stream fails with `DIGEST_MISMATCH` or `SIZE_MISMATCH` before its end when the bytes do not match
   * the descriptor: consumers need not check again.
   *
   * @throws OciError `NOT_FOUND` when the source has no such content.
   */
  fetch(descriptor: Descriptor, options?: TransferOptions): Promise<Readable>;
}

/** How content reached its destination. */
export type PushOutcome = 'uploaded' | 'mounted' | 'present';

/** Opens the content to send; called again for each retry, since a stream can be read only once. */
export type OpenContent = () => Promise<Readable>;

/** A store to write content to. */
export interface ContentSink {
  has(descriptor: Descriptor, options?: TransferOptions): Promise<boolean>;

  /**
   * Writes a blob or a manifest (the media type decides which). All or nothing: content that does not match the
   * descriptor never becomes visible. The children of a manifest must exist before it.
   *
   * Does not call `has` first. Resolves to `uploaded`, or to `present` if the sink finds that it already has the content.
   */
  push(descriptor: Descriptor, open: OpenContent, options?: TransferOptions): Promise<PushOutcome>;
}

/**
 * What a store answers for a reference: the descriptor that it points at, `undefined` where the store says that it does not
 * exist, `unknown` where the store says neither. Never write anything because of `unknown`.
 */
export type Lookup = Descriptor | undefined | 'unknown';

/** The tags of a store, in its order, as far as they could be read. */
export interface TagList {
  readonly names: readonly string[];
  /** Why the rest could not be read: a tag that is missing from `names` may still exist. Absent when the list is complete. */
  readonly unread?: OciError;
}

export interface TagReader {
  /** What a tag or digest points at now. */
  resolve(reference: string, options?: TransferOptions): Promise<Lookup>;

  /** The document itself, its digest checked, at most 8 MiB; `undefined` if it does not exist. */
  fetchManifest(reference: string, options?: TransferOptions): Promise<EncodedManifest | undefined>;

  /** @throws OciError if no part of the list could be read. */
  listTags(options?: TransferOptions): Promise<TagList>;
}

export interface TagWriter {
  /** Points `tag` at a manifest whose children the store already has. */
  tag(manifest: EncodedManifest, tag: string, options?: TransferOptions): Promise<void>;
}

/** A repository on the same registry that already has a blob. */
export interface MountSource {
  /** `host[:port]`, as in a reference. */
  readonly registry: string;
  readonly repository: string;
}

/** The ability of a registry to mount a blob from a sibling repository without an upload. Test with `isBlobMounter`. */
export interface BlobMounter {
  /**
   * Mounts, or uploads if the registry declines (any 4xx is a decline, never a failure).
   *
   * @param from a repository on the same registry host; with another host, the blob is uploaded.
   */
  mountOrPush(descriptor: Descriptor, from: MountSource, open: OpenContent, options?: TransferOptions): Promise<PushOutcome>;
}

export function isBlobMounter(sink: unknown): sink is BlobMounter {
  return typeof sink === 'object' && sink !== null && typeof (sink as Partial<BlobMounter>).mountOrPush === 'function';
}

/** The ability to list the referrers of a manifest: documents that name it as `subject` (signatures, SBOMs …). */
export interface ReferrerReader {
  listReferrers(subject: Digest, options?: TransferOptions): Promise<readonly Descriptor[]>;
}
