import { isOciError, type OciError, readLimited, type TagList, type TransferOptions } from '@nx-oci/model';

import { doubtAbsence } from '../requests/doubt-absence';
import { manifestUrl, TAGS_PER_PAGE, tagsUrl } from '../host/endpoints';
import { nameOf } from './manifests';
import { nextPageOf } from '../requests/next-page';
import { type Page, readPages } from '../requests/read-pages';
import { failureOf, operate, placeOf, type RepositoryContext, sendFrom } from '../requests/repository-context';
import { describeConnectionFailure } from '../attempts/connection-failure';
import { FailedAttempt } from '../attempts/failed-attempt';
import { dropBody, type RegistryAnswer } from '../transport/request';

const MAX_PAGE_BYTES = 4 * 1024 * 1024;

// With 1000 tags a page that is a million: whoever has more does not want them in one list.
const MAX_PAGES = 1000;

/**
 * The tags, page by page, in the registry's order; none where the repository does not exist yet.
 *
 * @throws OciError where not even the first page can be read.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags
 */
export function listTags(context: RepositoryContext, { signal }: TransferOptions = {}): Promise<TagList> {
  const doing = `list the tags of ${placeOf(context)}`;
  return readTags(context, doing, (url, isFirst) =>
    operate(context, { doing, signal }, (either) => getPage(context, { url, isFirst, signal: either })),
  );
}

/**
 * Whether the whole list of tags says that there is no such tag, for where the registry does not let us look at it. Within
 * an operation, and so without tries of its own.
 */
export async function isUnlisted(context: RepositoryContext, tag: string, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    const { names, unread } = await readTags(context, `list the tags of ${placeOf(context)}`, (url, isFirst) =>
      getPage(context, { url, isFirst, signal }),
    );
    // Gitea keeps tags in lower case.
    return unread === undefined && !names.some((name) => name.toLowerCase() === tag.toLowerCase());
  } catch (error) {
    // Then the list says nothing either.
    if (error instanceof FailedAttempt || isOciError(error)) return false;
    throw error;
  }
}

async function readTags(
  context: RepositoryContext,
  doing: string,
  read: (url: URL, isFirst: boolean) => Promise<Page<string>>,
): Promise<TagList> {
  const { items = [], unread } =
    (await readPages({ doing, first: tagsUrl(context.host.origin, context.repository), maxPages: MAX_PAGES, read })) ?? {};
  return { names: items, ...(unread && { unread }) };
}

interface PageRequest {
  readonly url: URL;
  readonly isFirst: boolean;
  readonly signal: AbortSignal | undefined;
}

async function getPage(context: RepositoryContext, { url, isFirst, signal }: PageRequest): Promise<Page<string>> {
  const answer = await sendFrom(context, { method: 'GET', url, action: 'pull', signal });
  if (answer.status === 404 && isFirst) {
    const doubt = await doubtAbsence(context, answer);
    if (doubt?.isElsewhere === true) throw doubt.failure;
    return { items: [] };
  }
  if (answer.status !== 200) throw await failureOf(context, answer);
  try {
    const body = await readLimited(answer.body, MAX_PAGE_BYTES, `the tags of ${placeOf(context)}`);
    const items = parseTags(body, url);
    return { items, ...followingPage(context, answer, items) };
  } catch (error) {
    throw describeConnectionFailure(error, url) ?? error;
  }
}

/** What was read counts, also where nobody knows how it goes on. */
function followingPage(
  { host, repository }: RepositoryContext,
  answer: RegistryAnswer,
  items: readonly string[],
): { readonly next?: URL; readonly isNextGuessed?: boolean; readonly unread?: OciError } {
  try {
    const next = nextPageOf(answer, host.rules);
    if (next !== undefined) return { next };
  } catch (error) {
    if (isOciError(error)) return { unread: error };
    throw error;
  }
  // A page that is just full: a proxy may have dropped the header.
  return items.length === TAGS_PER_PAGE ? { next: tagsUrl(host.origin, repository, items.at(-1)), isNextGuessed: true } : {};
}

function parseTags(body: Buffer, url: URL): readonly string[] {
  const tags = readTagNames(body.toString('utf8'));
  if (Array.isArray(tags) && tags.every((tag) => typeof tag === 'string')) return tags;
  throw new FailedAttempt({
    outcome: { kind: 'broken', phase: 'hopeless' },
    code: 'REGISTRY_FAILED',
    happened: `${url.host} answered with something that is not a list of tags`,
  });
}

function readTagNames(text: string): unknown {
  try {
    const list = JSON.parse(text) as { readonly name?: unknown; readonly tags?: unknown } | null;
    // A repository without tags is `null` to registries that are written in Go, or has no such member.
    const isEmpty = list?.tags === null || (list?.tags === undefined && typeof list?.name === 'string');
    return isEmpty ? [] : list?.tags;
  } catch {
    // Not JSON: as good as a list of the wrong form.
    return undefined;
  }
}

/**
 * Removes a tag, not the manifest that it points at.
 *
 * @returns `unsupported` where the registry deletes by digest only (Docker Hub, distribution 2).
 */
export function deleteTag(
  context: RepositoryContext,
  tag: string,
  { signal }: TransferOptions = {},
): Promise<'deleted' | 'absent' | 'unsupported'> {
  return operate(context, { doing: `remove the tag ${nameOf(context, tag)}`, signal }, async (either) => {
    const url = manifestUrl(context.host.origin, context.repository, tag);
    const answer = await sendFrom(context, { method: 'DELETE', url, action: 'delete', signal: either });
    const outcome = DELETE_OUTCOMES[answer.status];
    if (outcome !== undefined && outcome !== 'unsupported') {
      await dropBody(answer);
      return outcome;
    }
    const failure = await failureOf(context, answer);
    // Quay says 405 also while it is read-only.
    if (outcome === undefined || failure.details.code === 'DENIED') throw failure;
    return outcome;
  });
}

const DELETE_OUTCOMES: Readonly<Record<number, 'deleted' | 'absent' | 'unsupported'>> = {
  200: 'deleted',
  202: 'deleted',
  204: 'deleted',
  404: 'absent',
  // distribution 2 takes the tag for a bad digest.
  400: 'unsupported',
  405: 'unsupported',
};
