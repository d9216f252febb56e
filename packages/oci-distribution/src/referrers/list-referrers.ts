import {
  type Descriptor,
  type Digest,
  type ImageIndex,
  isIndexType,
  MEDIA_TYPES,
  OciError,
  parseIndex,
  readLimited,
  type TransferOptions,
} from '@nx-oci/model';

import { referrersUrl } from '../host/endpoints';
import { fetchManifest, mediaTypeOf } from '../manifests/manifests';
import { nextPageOf } from '../requests/next-page';
import { type Page, readPages, wholeList } from '../requests/read-pages';
import { failureOf, operate, fullNameOf, type RepositoryContext, sendFrom } from '../requests/repository-context';
import { describeConnectionFailure } from '../attempts/connection-failure';
import { dropBody, type RegistryAnswer } from '../transport/request';
import { isTransientStatus } from '../attempts/retry-policy';
import { referrersTag } from './referrers-tag';

const MAX_PAGE_BYTES = 4 * 1024 * 1024;
const MAX_PAGES = 100;

/**
 * The referrers of a manifest, each once. Registries without the API keep the list under a tag instead.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-referrers
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#referrers-tag-schema
 */
export async function listReferrers(
  context: RepositoryContext,
  subject: Digest,
  options: TransferOptions = {},
): Promise<readonly Descriptor[]> {
  const listed = (await listByApi(context, subject, options)) ?? [];
  // A registry that added the API later may have older referrers under the tag only.
  return withoutDuplicates(listed.length > 0 ? listed : await listByTag(context, subject, options));
}

/** `undefined` if the registry has no such API. @throws OciError if we may not read the list, or not all of it could be read. */
export async function listByApi(
  context: RepositoryContext,
  subject: Digest,
  options: TransferOptions,
): Promise<readonly Descriptor[] | undefined> {
  const doing = `list the referrers of ${fullNameOf(context)}@${subject}`;
  const read = (url: URL, isFirst: boolean): Promise<Page<Descriptor> | undefined> =>
    operate(context, { doing, signal: options.signal }, (signal) => getPage(context, { url, isFirst, signal }));
  const list = await readPages({ doing, first: referrersUrl(context.host.origin, context.repository, subject), maxPages: MAX_PAGES, read });
  return list && wholeList(list);
}

interface PageRequest {
  readonly url: URL;
  readonly isFirst: boolean;
  readonly signal: AbortSignal | undefined;
}

async function getPage(context: RepositoryContext, { url, isFirst, signal }: PageRequest): Promise<Page<Descriptor> | undefined> {
  const answer = await sendFrom(context, { method: 'GET', url, headers: { accept: MEDIA_TYPES.ociIndex }, action: 'pull', signal });
  const isElsewhere = answer.url.origin === url.origin && !answer.url.pathname.startsWith('/v2/');
  // The previous page came from the API: the rest of the list is missing.
  if (answer.status !== 200 && (!isFirst || (isInconclusive(answer.status) && !isElsewhere))) throw await failureOf(context, answer);
  // GHCR redirects to a web page, which is not a list either, even if it asks for a login.
  if (answer.status !== 200 || isElsewhere || mediaTypeOf(answer) === 'text/html') {
    await dropBody(answer);
    if (isFirst) return undefined;
    throw invalidPage(url);
  }
  const index = await readIndex(context, answer);
  if (index === undefined && !isFirst) throw invalidPage(url);
  return index && { items: index.manifests, next: nextPageOf(answer, context.host.rules) };
}

/**
 * Whether an answer says nothing about the API: an overloaded registry, or one that denies access, may still have it, and a
 * copy would lose signatures. Some registries answer 500 to any unknown address.
 */
function isInconclusive(status: number): boolean {
  return status === 401 || status === 403 || (status !== 500 && isTransientStatus(status));
}

/** The list in an answer of any Content-Type: some registries send everything as JSON. `undefined` if it is not a list. */
async function readIndex(context: RepositoryContext, answer: RegistryAnswer): Promise<ImageIndex | undefined> {
  const type = mediaTypeOf(answer);
  try {
    const bytes = await readLimited(answer.body, MAX_PAGE_BYTES, `the referrers at ${fullNameOf(context)}`);
    if (isIndexType(type)) return parseIndex(bytes, type);
    return hasManifests(bytes) ? parseIndex(bytes) : undefined;
  } catch (error) {
    throw describeConnectionFailure(error, answer.url) ?? error;
  }
}

function hasManifests(bytes: Buffer): boolean {
  try {
    const document: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof document === 'object' && document !== null && 'manifests' in document;
  } catch {
    // Not JSON: a page for any address.
    return false;
  }
}

function invalidPage(url: URL): OciError {
  return new OciError('REGISTRY_FAILED', `Cannot list referrers: ${url.host} did not answer with the next page of the list.`);
}

async function listByTag(context: RepositoryContext, subject: Digest, options: TransferOptions): Promise<readonly Descriptor[]> {
  const manifest = await fetchManifest(context, referrersTag(subject), options);
  // GitLab answers with the subject itself if there is no list.
  if (manifest === undefined || manifest.descriptor.digest === subject) return [];
  if (!isIndexType(manifest.descriptor.mediaType)) return [];
  return parseIndex(manifest.bytes, manifest.descriptor.mediaType).manifests;
}

/** A list may have duplicates: pages overlap while it grows, and some clients add entries without a check. */
function withoutDuplicates(descriptors: readonly Descriptor[]): readonly Descriptor[] {
  const known = new Set<Digest>();
  return descriptors.filter(({ digest }) => !known.has(digest) && known.add(digest));
}
