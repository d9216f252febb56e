import { Readable } from 'node:stream';

import {
  type BlobMounter,
  type ContentSink,
  type ContentSource,
  type Descriptor,
  type EncodedManifest,
  isManifestOrIndexType,
  type Lookup,
  MAX_MANIFEST_BYTES,
  OciError,
  type OpenContent,
  type PushOutcome,
  readLimited,
  type ReferrerReader,
  shortDigest,
  type TagReader,
  type TagWriter,
  type TransferOptions,
} from '@nx-oci/model';

import { type AssumedBlob } from './requests/assumed-blobs';
import { chooseMountSource, pushBlob } from './uploads/blob-upload';
import { fetchBlob } from './blobs/blob-download';
import { hasBlob } from './blobs/blobs';
import { pushManifest } from './manifest-push';
import { type InspectedTag, inspectTag, resolveManifest } from './manifests/look-up';
import { fetchManifest } from './manifests/manifests';
import { pushTags } from './push-tags';
import { linkReferrers, type Referrers } from './referrers/link-referrers';
import { listReferrers } from './referrers/list-referrers';
import { fullNameOf, type RepositoryContext } from './requests/repository-context';
import { deleteTag, listTags } from './manifests/tags';
import { tryUpload } from './uploads/try-upload';

/** One repository of one registry. All methods may be called in parallel, and throw `OciError`. */
export interface Repository extends ContentSource, ContentSink, TagReader, TagWriter, BlobMounter, ReferrerReader {
  /** As in references; Docker Hub is always `docker.io`. */
  readonly registry: string;
  readonly repository: string;

  /**
   * Stores a manifest or index under a tag, or under its digest. The registry must already have its children. As with `push`
   * and `tag`, a manifest with a `subject` is listed as its referrer, even if the registry has no referrers API.
   *
   * @throws OciError `TAG_IMMUTABLE` if the tag points at another manifest and the registry does not move it.
   */
  pushManifest(manifest: EncodedManifest, reference: string, options?: TransferOptions): Promise<void>;

  /**
   * Points tags at a manifest in as few requests as the registry allows. The tags of a group are set in parallel, after those
   * of the groups before it; a registry that supports several tags in one request gets all groups in one.
   *
   * @throws OciError as `pushManifest`
   */
  tagAll(manifest: EncodedManifest, groups: readonly (readonly string[])[], options?: TransferOptions): Promise<void>;

  /**
   * Assumes that the repository has a blob. If the registry then refuses a manifest because it lacks the blob, the blob is
   * uploaded.
   */
  assume(blob: AssumedBlob): void;

  /** What a tag points at, with the document itself if that costs no extra request. */
  inspect(tag: string, options?: TransferOptions): Promise<InspectedTag | undefined | 'unknown'>;

  /** Tests whether we may push here, without storing anything. @throws OciError that says why not */
  tryPush(options?: TransferOptions): Promise<void>;

  /** Links manifests in this repository to their subject. Costs nothing for those that this run pushed here. */
  linkReferrers(referrers: Referrers, options?: TransferOptions): Promise<void>;

  /** Deletes a tag, not its manifest. `unsupported`: this registry deletes by digest only. */
  deleteTag(tag: string, options?: TransferOptions): Promise<'deleted' | 'absent' | 'unsupported'>;
}

/** Combines the operations on a repository; only decides what is a manifest and what a blob. */
export function createRepository(context: RepositoryContext): Repository {
  const push = (descriptor: Descriptor, open: OpenContent, options?: TransferOptions): Promise<PushOutcome> =>
    isManifestOrIndexType(descriptor.mediaType)
      ? pushByDigest(context, { descriptor, open }, options)
      : pushBlob(context, { descriptor, open }, options);
  return {
    registry: context.host.name,
    repository: context.repository,
    fetch: (descriptor, options) =>
      isManifestOrIndexType(descriptor.mediaType) ? openManifest(context, descriptor, options) : fetchBlob(context, descriptor, options),
    has: async (descriptor, options) =>
      isManifestOrIndexType(descriptor.mediaType)
        ? isFound(await resolveManifest(context, descriptor.digest, options))
        : hasBlob(context, descriptor.digest, options),
    push,
    mountOrPush: async (descriptor, from, open, options) =>
      isManifestOrIndexType(descriptor.mediaType)
        ? push(descriptor, open, options)
        : pushBlob(context, { descriptor, open, from: await chooseMountSource(context, from) }, options),
    resolve: (reference, options) => resolveManifest(context, reference, options),
    inspect: (tag, options) => inspectTag(context, tag, options),
    fetchManifest: (reference, options) => fetchManifest(context, reference, options),
    listTags: (options) => listTags(context, options),
    tag: (manifest, tag, options) => pushManifest(context, manifest, tag, options),
    pushManifest: (manifest, reference, options) => pushManifest(context, manifest, reference, options),
    tagAll: (manifest, groups, options) => pushTags(context, manifest, groups, options),
    assume: (blob) => context.assumed.add(blob),
    deleteTag: (tag, options) => deleteTag(context, tag, options),
    listReferrers: (subject, options) => listReferrers(context, subject, options),
    tryPush: (options) => tryUpload(context, options),
    linkReferrers: (referrers, options) => linkReferrers(context, referrers, options?.signal),
  };
}

/** Content that may exist is sent again, which costs a request. */
function isFound(found: Lookup): boolean {
  return found !== undefined && found !== 'unknown';
}

async function openManifest(context: RepositoryContext, descriptor: Descriptor, options?: TransferOptions): Promise<Readable> {
  const manifest = await fetchManifest(context, descriptor.digest, options);
  if (manifest !== undefined) return Readable.from([manifest.bytes], { objectMode: false });
  throw new OciError(
    'NOT_FOUND',
    `Cannot fetch ${shortDigest(descriptor.digest)} from ${fullNameOf(context)}: the registry does not have it.`,
  );
}

interface OpenManifest {
  readonly descriptor: Descriptor;
  readonly open: OpenContent;
}

async function pushByDigest(
  context: RepositoryContext,
  { descriptor, open }: OpenManifest,
  options?: TransferOptions,
): Promise<PushOutcome> {
  const bytes = await readLimited(await open(), MAX_MANIFEST_BYTES, `the manifest ${shortDigest(descriptor.digest)}`);
  await pushManifest(context, { descriptor, bytes }, descriptor.digest, options);
  return 'uploaded';
}
