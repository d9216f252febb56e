import { isOciError, type OciError, readLimited, type TagList, type TransferOptions } from '@nx-oci/model';

import { findAbsenceDoubt } from '../requests/doubt-absence';
import { manifestUrl, TAGS_PER_PAGE, tagsUrl } from '../host/endpoints';
import { nameOf } from './manifests';
import { nextPageOf } from '../requests/next-page';
import { type Page, readPages } from '../requests/read-pages';
import { failureOf, operate, fullNameOf, type RepositoryContext, sendFrom } from '../requests/repository-context';
import { describeConnectionFailure } from '../attempts/connection-failure';
import { FailedAttempt } from '../attempts/failed-attempt';
import { dropBody, type RegistryAnswer } from '../transport/request';

const MAX_PAGE_BYTES = 4 * 1024 * 1024;

// With 1000 tags per page, a million tags.
const MAX_PAGES = 1000;

/**
 * The tags, in the registry's order; none if the repository does not exist yet.
 *
 * @throws OciError if not even the first page can be read.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags
 */
export function listTags(context: RepositoryContext, { signal }: TransferOptions = {}): Promise<TagList> {
  const doing = `list the tags of ${fullNameOf(context)}`;
  return readTags(context, doing, (url, isFirst) =>
    operate(context, { doing, signal }, (either) => getPage(context, { url, isFirst, signal: either })),
  );
}

/**
 * Whether the complete list of tags lacks a tag that we may not read. Part of an operation, and therefore without retries of
 * its own.
 */
export async function isMissingFromTagList(context: RepositoryContext, tag: string, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    const { names, unread } = await readTags(context, `list the tags of ${fullNameOf(context)}`, (url, isFirst) =>
      getPage(context, { url, isFirst, signal }),
    );
    // Gitea stores tags in lower case.
    return unread === undefined && !names.some((name) => name.toLowerCase() === tag.toLowerCase());
  } catch (error) {
    // Then the list is inconclusive, too.
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
    const doubt = await findAbsenceDoubt(context, answer);
    if (doubt?.isOtherServer === true) throw doubt.failure;
    return { items: [] };
  }
  if (answer.status !== 200) throw await failureOf(context, answer);
  try {
    const body = await readLimited(answer.body, MAX_PAGE_BYTES, `the tags of ${fullNameOf(context)}`);
    const items = parseTags(body, url);
    return { items, ...nextPage(context, answer, items) };
  } catch (error) {
    throw describeConnectionFailure(error, url) ?? error;
  }
}

/** Keeps what was read, even if the next page cannot be determined. */
function nextPage(
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
  // The page is exactly full: a proxy may have dropped the header.
  return items.length === TAGS_PER_PAGE ? { next: tagsUrl(host.origin, repository, items.at(-1)), isNextGuessed: true } : {};
}

function parseTags(body: Buffer, url: URL): readonly string[] {
  const tags = readTagNames(body.toString('utf8'));
  if (Array.isArray(tags) && tags.every((tag) => typeof tag === 'string')) return tags;
  throw new FailedAttempt({
    outcome: { kind: 'broken', phase: 'permanent' },
    code: 'REGISTRY_FAILED',
    happened: `${url.host} did not answer with a list of tags`,
  });
}

function readTagNames(text: string): unknown {
  try {
    const list = JSON.parse(text) as { readonly name?: unknown; readonly tags?: unknown } | null;
    // Registries written in Go send `null` for a repository without tags, or omit the field.
    const isEmpty = list?.tags === null || (list?.tags === undefined && typeof list?.name === 'string');
    return isEmpty ? [] : list?.tags;
  } catch {
    // Not JSON: the same as an invalid list.
    return undefined;
  }
}

/**
 * Deletes a tag, not its manifest.
 *
 * @returns `unsupported` if the registry deletes by digest only (Docker Hub, distribution 2).
 */
export function deleteTag(
  context: RepositoryContext,
  tag: string,
  { signal }: TransferOptions = {},
): Promise<'deleted' | 'absent' | 'unsupported'> {
  return operate(context, { doing: `delete the tag ${nameOf(context, tag)}`, signal }, async (either) => {
    const url = manifestUrl(context.host.origin, context.repository, tag);
    const answer = await sendFrom(context, { method: 'DELETE', url, action: 'delete', signal: either });
    const outcome = DELETE_OUTCOMES[answer.status];
    if (outcome !== undefined && outcome !== 'unsupported') {
      await dropBody(answer);
      return outcome;
    }
    const failure = await failureOf(context, answer);
    // Quay also answers 405 while it is read-only.
    if (outcome === undefined || failure.details.code === 'DENIED') throw failure;
    return outcome;
  });
}

const DELETE_OUTCOMES: Readonly<Record<number, 'deleted' | 'absent' | 'unsupported'>> = {
  200: 'deleted',
  202: 'deleted',
  204: 'deleted',
  404: 'absent',
  // distribution 2 reads the tag as an invalid digest.
  400: 'unsupported',
  405: 'unsupported',
};
