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
import { failureOf, operate, placeOf, type RepositoryContext, sendFrom } from '../requests/repository-context';
import { describeConnectionFailure } from '../attempts/connection-failure';
import { dropBody, type RegistryAnswer } from '../transport/request';
import { isTransientStatus } from '../attempts/retry-policy';
import { referrersTag } from './referrers-tag';

const MAX_PAGE_BYTES = 4 * 1024 * 1024;
const MAX_PAGES = 100;

/**
 * What refers to a manifest by its `subject`. Registries without the API keep the list under a tag instead.
 * Each is named once.
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
  // A registry that has learned the API since may have the list of before under the tag alone.
  return eachOnce(listed.length > 0 ? listed : await listByTag(context, subject, options));
}

/** `undefined` where the registry has no such API. @throws OciError where it does not let us look, or the list was not read to its end. */
export async function listByApi(
  context: RepositoryContext,
  subject: Digest,
  options: TransferOptions,
): Promise<readonly Descriptor[] | undefined> {
  const doing = `list what refers to ${placeOf(context)}@${subject}`;
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
  // The API was there a page ago: what is missing is the rest of the list.
  if (answer.status !== 200 && (!isFirst || (saysNothing(answer.status) && !isElsewhere))) throw await failureOf(context, answer);
  // A redirect to a page for people, as GHCR answers, is no list either, whatever that page says of a login.
  if (answer.status !== 200 || isElsewhere || mediaTypeOf(answer) === 'text/html') {
    await dropBody(answer);
    if (isFirst) return undefined;
    throw noList(url);
  }
  const index = await readIndex(context, answer);
  if (index === undefined && !isFirst) throw noList(url);
  return index && { items: index.manifests, next: nextPageOf(answer, context.host.rules) };
}

/**
 * Whether an answer leaves open what refers to the image: a registry that is busy has not lost its API, nor has one that does not
 * let us look, and a copy would leave signatures behind. 500 is what some say to any address that they do not know.
 */
function saysNothing(status: number): boolean {
  return status === 401 || status === 403 || (status !== 500 && isTransientStatus(status));
}

/** The list of an answer, whatever its Content-Type: some registries call everything JSON. `undefined` where it is something else. */
async function readIndex(context: RepositoryContext, answer: RegistryAnswer): Promise<ImageIndex | undefined> {
  const type = mediaTypeOf(answer);
  try {
    const bytes = await readLimited(answer.body, MAX_PAGE_BYTES, `the referrers at ${placeOf(context)}`);
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
    // Not JSON: what answers any address.
    return false;
  }
}

function noList(url: URL): OciError {
  return new OciError('REGISTRY_FAILED', `${url.host} answered with something that is not the next page of a list of referrers.`);
}

async function listByTag(context: RepositoryContext, subject: Digest, options: TransferOptions): Promise<readonly Descriptor[]> {
  const manifest = await fetchManifest(context, referrersTag(subject), options);
  // GitLab has no list, and answers with the subject itself.
  if (manifest === undefined || manifest.descriptor.digest === subject) return [];
  if (!isIndexType(manifest.descriptor.mediaType)) return [];
  return parseIndex(manifest.bytes, manifest.descriptor.mediaType).manifests;
}

/** A list may name something twice: pages overlap while it grows, and whoever adds to it may not have looked. */
function eachOnce(descriptors: readonly Descriptor[]): readonly Descriptor[] {
  const known = new Set<Digest>();
  return descriptors.filter(({ digest }) => !known.has(digest) && known.add(digest));
}
