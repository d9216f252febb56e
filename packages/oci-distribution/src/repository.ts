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
import { placeOf, type RepositoryContext } from './requests/repository-context';
import { deleteTag, listTags } from './manifests/tags';
import { tryUpload } from './uploads/try-upload';

/** One repository of one registry. Everything it does may be called in parallel. All methods throw `OciError`. */
export interface Repository extends ContentSource, ContentSink, TagReader, TagWriter, BlobMounter, ReferrerReader {
  /** As in references; Docker Hub is always `docker.io`. */
  readonly registry: string;
  readonly repository: string;

  /**
   * Stores a manifest or index under a tag, or under its own digest. What it points at must be there already. As by `push`
   * and `tag`, one with a `subject` is found by that afterwards, also where the registry keeps no list of referrers.
   *
   * @throws OciError `TAG_IMMUTABLE` when the tag points at something else and the registry keeps it there.
   */
  pushManifest(manifest: EncodedManifest, reference: string, options?: TransferOptions): Promise<void>;

  /**
   * Points tags at a manifest in as few requests as the registry allows. A group is set at once, and only when those
   * before it are; a registry that takes several tags in one request gets all groups in one.
   *
   * @throws OciError as `pushManifest`
   */
  tagAll(manifest: EncodedManifest, groups: readonly (readonly string[])[], options?: TransferOptions): Promise<void>;

  /**
   * Takes a blob to be here without asking. A registry that refuses a manifest since it misses the blob gets it then, for
   * as long as the client lives.
   */
  assume(blob: AssumedBlob): void;

  /** What a tag points at, with the document itself where reading it costs no more than that question. */
  inspect(tag: string, options?: TransferOptions): Promise<InspectedTag | undefined | 'unknown'>;

  /** Finds out whether this registry takes pushes here from us, and stores nothing. @throws OciError that says why not */
  tryPush(options?: TransferOptions): Promise<void>;

  /** Has manifests that are here found by their subject. Costs nothing for those that were pushed here just now. */
  linkReferrers(referrers: Referrers, options?: TransferOptions): Promise<void>;

  /** Removes a tag and leaves its manifest. `unsupported`: this registry deletes by digest only. */
  deleteTag(tag: string, options?: TransferOptions): Promise<'deleted' | 'absent' | 'unsupported'>;
}

/** Gives the operations on a repository one face; decides nothing but what is a manifest and what a blob. */
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

/** What may be there is sent again, which costs a request. */
function isFound(found: Lookup): boolean {
  return found !== undefined && found !== 'unknown';
}

async function openManifest(context: RepositoryContext, descriptor: Descriptor, options?: TransferOptions): Promise<Readable> {
  const manifest = await fetchManifest(context, descriptor.digest, options);
  if (manifest !== undefined) return Readable.from([manifest.bytes], { objectMode: false });
  throw new OciError('NOT_FOUND', `Cannot fetch ${shortDigest(descriptor.digest)} from ${placeOf(context)}: it is not there.`);
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
