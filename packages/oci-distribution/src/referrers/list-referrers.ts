import { type Descriptor, type Digest, MEDIA_TYPES, parseIndex, readLimited, type TransferOptions } from '@nx-oci/model';

import { referrersUrl } from '../endpoints';
import { fetchManifest } from '../manifests';
import { nextPageOf } from '../next-page';
import { type Page, readPages, wholeList } from '../read-pages';
import { failureOf, operate, placeOf, type RepositoryContext, sendFrom } from '../repository-context';
import { describeConnectionFailure } from '../transport/connection-failure';
import { dropBody, headerOf } from '../transport/request';
import { isTransientStatus } from '../transport/retry-policy';
import { referrersTag } from './referrers-tag';

const MAX_PAGE_BYTES = 4 * 1024 * 1024;
const MAX_PAGES = 100;

/**
 * What refers to a manifest by its `subject`. Registries without the API keep the list under a tag instead.
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
  return listed.length > 0 ? listed : listByTag(context, subject, options);
}

/** `undefined` where the registry has no such API. @throws OciError where the list was not read to its end. */
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
  const isIndex = headerOf(answer, 'content-type')?.split(';', 1)[0]?.trim() === MEDIA_TYPES.ociIndex;
  // A registry that is busy has not lost its API, and a copy would leave signatures behind. 500 is what some say to any
  // address that they do not know.
  if (answer.status !== 500 && isTransientStatus(answer.status)) throw await failureOf(context, answer);
  // The API was there a page ago: what is missing is the rest of the list.
  if (!isFirst && (answer.status !== 200 || !isIndex)) throw await failureOf(context, answer);
  // GHCR answers with a redirect to a web page: only an index is an answer.
  if (answer.status !== 200 || !isIndex) {
    await dropBody(answer);
    return undefined;
  }
  try {
    const bytes = await readLimited(answer.body, MAX_PAGE_BYTES, `the referrers at ${placeOf(context)}`);
    return { items: parseIndex(bytes, MEDIA_TYPES.ociIndex).manifests, next: nextPageOf(answer, context.host.rules) };
  } catch (error) {
    throw describeConnectionFailure(error, url) ?? error;
  }
}

async function listByTag(context: RepositoryContext, subject: Digest, options: TransferOptions): Promise<readonly Descriptor[]> {
  const manifest = await fetchManifest(context, referrersTag(subject), options);
  // GitLab has no list, and answers with the subject itself.
  if (manifest === undefined || manifest.descriptor.digest === subject) return [];
  if (manifest.descriptor.mediaType !== MEDIA_TYPES.ociIndex) return [];
  return parseIndex(manifest.bytes, manifest.descriptor.mediaType).manifests;
}
