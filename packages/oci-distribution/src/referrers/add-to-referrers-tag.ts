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
import { placeOf, type RepositoryContext } from '../requests/repository-context';
import { storeManifest } from '../manifests/store-manifest';
import { listTags } from '../manifests/tags';
import { referrersTag } from './referrers-tag';

// Others write at the same time, or they do not: whoever is overtaken this often meets something that undoes its writes.
const MAX_TRIES = 6;

export interface Addition {
  readonly subject: Digest;
  readonly wanted: readonly Descriptor[];
  readonly signal: AbortSignal | undefined;
}

/**
 * Adds to the list of what refers to a manifest, where it is kept under a tag; what others put there stays.
 *
 * Registries take the whole list or nothing. Where they give an etag the write depends on it; as hardly any heeds that, the
 * tag is looked at once more, which shows who read the list before us and wrote it after us.
 *
 * @throws OciError `MANIFEST_INVALID` where something else has that tag, `TAG_IMMUTABLE` where it may not be moved.
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
  const place = `${placeOf(context)}@${shortDigest(subject)}`;
  throw new OciError('REGISTRY_FAILED', `Cannot list what refers to ${place}: ${tag} is something else after each time it is written.`, {
    hint: 'Others write that list, too: try again when they have finished.',
  });
}

interface ReferrersList {
  readonly index: ImageIndex;
  /** Absent where there is no list yet. */
  readonly digest?: Digest;
  readonly etag?: string;
}

interface ListPlace {
  readonly subject: Digest;
  readonly tag: string;
  readonly signal: AbortSignal | undefined;
}

async function readList(context: RepositoryContext, { subject, tag, signal }: ListPlace): Promise<ReferrersList> {
  const state = await fetchManifestState(context, tag, { signal });
  if (state === undefined || (state.manifest.descriptor.digest === subject && (await isNoTag(context, tag, signal))))
    return { index: { schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests: [] } };
  const { descriptor, bytes } = state.manifest;
  if (!isIndexType(descriptor.mediaType)) throw notAList(context, tag, descriptor.mediaType);
  // A weak etag never matches: https://www.rfc-editor.org/rfc/rfc9110#section-13.1.1
  const etag = state.etag?.startsWith('"') ? state.etag : undefined;
  // Docker's kind of list becomes the one that the specification wants when it is written.
  return { index: { ...parseIndex(bytes, descriptor.mediaType), mediaType: MEDIA_TYPES.ociIndex }, digest: descriptor.digest, etag };
}

/** GitLab answers with the subject itself where there is no list. Whoever did set that tag to the image keeps it. */
async function isNoTag(context: RepositoryContext, tag: string, signal: AbortSignal | undefined): Promise<boolean> {
  const { names, unread } = await listTags(context, { signal });
  return unread === undefined && !names.includes(tag);
}

interface Extension extends ListPlace {
  readonly list: ReferrersList;
  readonly missing: readonly Descriptor[];
}

/** Whether the list stands, as far as anybody can see. */
async function writeList(context: RepositoryContext, extension: Extension): Promise<boolean> {
  const { list, missing, tag, signal } = extension;
  const extended = encodeManifest({ ...list.index, manifests: [...list.index.manifests, ...missing] });
  try {
    await storeManifest(context, extended, tag, { signal, ifMatch: list.etag });
  } catch (error) {
    if (isOciError(error, 'NOT_FOUND')) {
      const there = await leaveOutGone(context, list.index, signal);
      if (there.manifests.length < list.index.manifests.length)
        return writeList(context, { ...extension, list: { ...list, index: there } });
    }
    // 412 means either: that somebody was faster, or that this tag never moves.
    if (!isOciError(error, 'TAG_IMMUTABLE') || (await digestAt(context, tag, signal)) === list.digest) throw error;
    return false;
  }
  const now = await digestAt(context, tag, signal);
  if (now === extension.subject) throw keepsNoList(context, tag);
  // Who may write and not read has to believe it.
  return now === 'unknown' || now === extended.descriptor.digest;
}

/**
 * Whoever removes a manifest may leave its entry behind, and `distribution` takes no index that names what is gone: its
 * entry would keep all later ones out.
 */
async function leaveOutGone(context: RepositoryContext, index: ImageIndex, signal: AbortSignal | undefined): Promise<ImageIndex> {
  const found = await Promise.all(index.manifests.map(({ digest }) => isStored(context, digest, { signal })));
  return { ...index, manifests: index.manifests.filter((_, position) => found[position] !== false) };
}

async function digestAt(context: RepositoryContext, tag: string, signal: AbortSignal | undefined): Promise<Digest | undefined | 'unknown'> {
  const found = await resolveManifest(context, tag, { signal });
  return found === 'unknown' ? found : found?.digest;
}

// Under such a tag a registry may answer with the image itself: whoever is told to remove it removes the image.
const STORED_ALL_THE_SAME = 'What refers to the image is stored, and found by its own digest or tag alone.';

function keepsNoList(context: RepositoryContext, tag: string): OciError {
  const { name } = context.host;
  return new OciError(
    'MANIFEST_INVALID',
    `${name} keeps no list of what refers to an image: it answers ${nameOf(context, tag)} with the image itself.`,
    {
      hint: `${STORED_ALL_THE_SAME} Leave referrers out for this registry, or use one that has the referrers API.`,
    },
  );
}

function notAList(context: RepositoryContext, tag: string, mediaType: string): OciError {
  return new OciError('MANIFEST_INVALID', `${nameOf(context, tag)} should list what refers to an image, and is of type ${mediaType}.`, {
    hint: `${STORED_ALL_THE_SAME} Look at what has that tag, and leave it alone where it is an image.`,
  });
}
