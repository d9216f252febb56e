import { setTimeout as sleep } from 'node:timers/promises';

import {
  type Descriptor,
  type Digest,
  encodeManifest,
  type ImageIndex,
  isIndexType,
  isOciError,
  MEDIA_TYPES,
  OciError,
  parseIndex,
  shortDigest,
} from '@nx-oci/model';

import { isStored, resolveManifest } from '../manifests/look-up';
import { fetchManifestState, nameOf } from '../manifests/manifests';
import { fullNameOf, type RepositoryContext } from '../requests/repository-context';
import { storeManifest } from '../manifests/store-manifest';
import { listTags } from '../manifests/tags';
import { referrersTag } from './referrers-tag';

// Concurrent writers finish sooner: after so many attempts, something undoes our writes.
const MAX_TRIES = 6;

export interface Addition {
  readonly subject: Digest;
  readonly wanted: readonly Descriptor[];
  readonly signal: AbortSignal | undefined;
}

/**
 * Adds to the referrers list of a manifest that is stored under a tag, and keeps the entries of others.
 *
 * Registries only accept the whole list. The write is conditional on an etag if there is one; as hardly any registry checks
 * that, the tag is read again, which shows whether another client overwrote it in between.
 *
 * @throws OciError `MANIFEST_INVALID` if the tag is not a list, `TAG_IMMUTABLE` if it cannot be moved.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-manifests-with-subject
 */
export async function addToReferrersTag(context: RepositoryContext, { subject, wanted, signal }: Addition): Promise<void> {
  const tag = referrersTag(subject);
  for (let number = 1; number <= MAX_TRIES; number++) {
    const list = await readList(context, { subject, tag, signal });
    const missing = wanted.filter(({ digest }) => !list.index.manifests.some((descriptor) => descriptor.digest === digest));
    if (missing.length === 0) return;
    if (await writeList(context, { list, missing, subject, tag, signal })) return;
    await sleep(Math.ceil(Math.random() * context.host.policy.baseMs * number), undefined, { signal });
  }
  const name = `${fullNameOf(context)}@${shortDigest(subject)}`;
  throw new OciError('REGISTRY_FAILED', `Cannot add referrers to ${name}: ${tag} changes again after every write.`, {
    hint: 'Other clients write that list, too: try again once they have finished.',
  });
}

interface ReferrersList {
  readonly index: ImageIndex;
  /** Absent if there is no list yet. */
  readonly digest?: Digest;
  readonly etag?: string;
}

interface ListLocation {
  readonly subject: Digest;
  readonly tag: string;
  readonly signal: AbortSignal | undefined;
}

async function readList(context: RepositoryContext, { subject, tag, signal }: ListLocation): Promise<ReferrersList> {
  const state = await fetchManifestState(context, tag, { signal });
  if (state === undefined || (state.manifest.descriptor.digest === subject && (await isTagMissing(context, tag, signal))))
    return { index: { schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests: [] } };
  const { descriptor, bytes } = state.manifest;
  if (!isIndexType(descriptor.mediaType)) throw invalidList(context, tag, descriptor.mediaType);
  // A weak etag never matches: https://www.rfc-editor.org/rfc/rfc9110#section-13.1.1
  const etag = state.etag?.startsWith('"') ? state.etag : undefined;
  // A Docker manifest list is written back as the index that the specification requires.
  return { index: { ...parseIndex(bytes, descriptor.mediaType), mediaType: MEDIA_TYPES.ociIndex }, digest: descriptor.digest, etag };
}

/** GitLab answers with the subject itself if there is no list. If that tag really exists, it is kept. */
async function isTagMissing(context: RepositoryContext, tag: string, signal: AbortSignal | undefined): Promise<boolean> {
  const { names, unread } = await listTags(context, { signal });
  return unread === undefined && !names.includes(tag);
}

interface Extension extends ListLocation {
  readonly list: ReferrersList;
  readonly missing: readonly Descriptor[];
}

/** Whether the list was written and not overwritten since. */
async function writeList(context: RepositoryContext, extension: Extension): Promise<boolean> {
  const { list, missing, tag, signal } = extension;
  const extended = encodeManifest({ ...list.index, manifests: [...list.index.manifests, ...missing] });
  try {
    await storeManifest(context, extended, tag, { signal, ifMatch: list.etag });
  } catch (error) {
    if (isOciError(error, 'NOT_FOUND')) {
      const remaining = await removeMissing(context, list.index, signal);
      if (remaining.manifests.length < list.index.manifests.length)
        return writeList(context, { ...extension, list: { ...list, index: remaining } });
    }
    // 412 means that another client was faster, or that this tag cannot be moved.
    if (!isOciError(error, 'TAG_IMMUTABLE') || (await digestAt(context, tag, signal)) === list.digest) throw error;
    return false;
  }
  const now = await digestAt(context, tag, signal);
  if (now === extension.subject) throw listUnsupported(context, tag);
  // Without read access we rely on the answer to the write.
  return now === 'unknown' || now === extended.descriptor.digest;
}

/**
 * A deleted manifest may still be in the list, and `distribution` refuses an index with missing manifests: one such entry
 * would block all further ones.
 */
async function removeMissing(context: RepositoryContext, index: ImageIndex, signal: AbortSignal | undefined): Promise<ImageIndex> {
  const found = await Promise.all(index.manifests.map(({ digest }) => isStored(context, digest, { signal })));
  return { ...index, manifests: index.manifests.filter((_, position) => found[position] !== false) };
}

async function digestAt(context: RepositoryContext, tag: string, signal: AbortSignal | undefined): Promise<Digest | undefined | 'unknown'> {
  const found = await resolveManifest(context, tag, { signal });
  return found === 'unknown' ? found : found?.digest;
}

// Never advise to delete such a tag: the registry may resolve it to the image itself.
const STILL_STORED = 'The referrers are stored, but can only be found by their own digest or tag.';

function listUnsupported(context: RepositoryContext, tag: string): OciError {
  const { name } = context.host;
  return new OciError('MANIFEST_INVALID', `Cannot list referrers at ${name}: it answers ${nameOf(context, tag)} with the image itself.`, {
    hint: `${STILL_STORED} Do not copy referrers to this registry, or use one with the referrers API.`,
  });
}

function invalidList(context: RepositoryContext, tag: string, mediaType: string): OciError {
  return new OciError('MANIFEST_INVALID', `Cannot read the referrers list ${nameOf(context, tag)}: its type is ${mediaType}.`, {
    hint: `${STILL_STORED} Check what has that tag, and do not delete it if it is an image.`,
  });
}
