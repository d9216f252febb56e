import type { Readable } from 'node:stream';

import type { Descriptor } from '../names/descriptor';
import type { Digest } from '../names/digest';
import type { EncodedManifest } from '../documents/manifest';
import type { OciError } from '../errors/oci-error';

/** Bounds of one transfer. */
export interface TransferOptions {
  readonly signal?: AbortSignal;
}

/** Somewhere that content can be read from: a layout folder, a repository on a registry, memory. */
export interface ContentSource {
  /**
   * Opens content. The stream fails with `DIGEST_MISMATCH` or `SIZE_MISMATCH` before its end when the bytes are not
   * those of the descriptor: no consumer has to check again.
   *
   * @throws OciError `NOT_FOUND` when the source has no such content.
   */
  fetch(descriptor: Descriptor, options?: TransferOptions): Promise<Readable>;
}

/** How content came to be where it was wanted. */
export type PushOutcome = 'uploaded' | 'mounted' | 'present';

/** Opens the content to be sent; called again for each further try, since a stream can be read only once. */
export type OpenContent = () => Promise<Readable>;

/** Somewhere that content can be written to. */
export interface ContentSink {
  has(descriptor: Descriptor, options?: TransferOptions): Promise<boolean>;

  /**
   * Writes content, blob or manifest alike (told apart by media type). All or nothing: content that is not the
   * descriptor's never becomes visible. Children of a manifest must be there before it.
   *
   * Does not ask `has` first. Resolves to `uploaded`, or `present` where the sink noticed on its own.
   */
  push(descriptor: Descriptor, open: OpenContent, options?: TransferOptions): Promise<PushOutcome>;
}

/**
 * What a store says of a reference: what it points at, `undefined` where it said that there is nothing, `unknown` where it
 * said neither. Nothing may be written because of `unknown`.
 */
export type Lookup = Descriptor | undefined | 'unknown';

/** The tags of a store, in its order, as far as they could be read. */
export interface TagList {
  readonly names: readonly string[];
  /** Why the rest could not be read: a name that is not in `names` may exist all the same. Absent where this is the whole list. */
  readonly unread?: OciError;
}

export interface TagReader {
  /** What a tag or digest points at now. */
  resolve(reference: string, options?: TransferOptions): Promise<Lookup>;

  /** The document itself, its digest checked, at most 8 MiB; `undefined` where there is none. */
  fetchManifest(reference: string, options?: TransferOptions): Promise<EncodedManifest | undefined>;

  /** @throws OciError where not even a part of the list could be read. */
  listTags(options?: TransferOptions): Promise<TagList>;
}

export interface TagWriter {
  /** Points `tag` at a manifest whose content is already there (or is this very document). */
  tag(manifest: EncodedManifest, tag: string, options?: TransferOptions): Promise<void>;
}

/** Where a blob already is: a repository on the same registry. */
export interface MountSource {
  /** `host[:port]`, as in a reference. */
  readonly registry: string;
  readonly repository: string;
}

/** The ability of a registry to take a blob over from a sibling repository without the bytes. Ask with `isBlobMounter`. */
export interface BlobMounter {
  /**
   * Mounts, or uploads where the registry declines (any 4xx is a decline, never a failure).
   *
   * @param from on the same registry host; a source on another host is ignored and the blob uploaded.
   */
  mountOrPush(descriptor: Descriptor, from: MountSource, open: OpenContent, options?: TransferOptions): Promise<PushOutcome>;
}

export function isBlobMounter(sink: unknown): sink is BlobMounter {
  return typeof sink === 'object' && sink !== null && typeof (sink as Partial<BlobMounter>).mountOrPush === 'function';
}

/** The ability to list what refers to a manifest by `subject` (signatures, SBOMs …). */
export interface ReferrerReader {
  listReferrers(subject: Digest, options?: TransferOptions): Promise<readonly Descriptor[]>;
}
