import { readLimited, type TransferOptions } from '@nx-oci/model';

import { manifestUrl, tagsUrl } from './endpoints';
import { nameOf } from './manifests';
import { nextPageOf } from './next-page';
import { type Page, readPages } from './read-pages';
import { failureOf, operate, placeOf, type RepositoryContext, sendFrom } from './repository-context';
import { describeConnectionFailure } from './transport/connection-failure';
import { FailedAttempt } from './transport/failed-attempt';
import { dropBody } from './transport/request';

const MAX_PAGE_BYTES = 4 * 1024 * 1024;

// With 1000 tags a page that is a million: whoever has more does not want them in one list.
const MAX_PAGES = 1000;

/**
 * Every tag, page by page, in the registry's order; none where the repository does not exist yet.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags
 */
export async function listTags(context: RepositoryContext, { signal }: TransferOptions = {}): Promise<readonly string[]> {
  const doing = `list the tags of ${placeOf(context)}`;
  const read = (url: URL): Promise<Page<string>> => operate(context, { doing, signal }, (either) => getPage(context, url, either));
  return (await readPages({ doing, first: tagsUrl(context.host.origin, context.repository), maxPages: MAX_PAGES, read })) ?? [];
}

async function getPage(context: RepositoryContext, url: URL, signal: AbortSignal | undefined): Promise<Page<string>> {
  const answer = await sendFrom(context, { method: 'GET', url, action: 'pull', signal });
  if (answer.status === 404) {
    await dropBody(answer);
    return { items: [], next: undefined };
  }
  if (answer.status !== 200) throw await failureOf(context, answer);
  try {
    const body = await readLimited(answer.body, MAX_PAGE_BYTES, `the tags of ${placeOf(context)}`);
    return { items: parseTags(body, url), next: nextPageOf(answer, context.host.rules) };
  } catch (error) {
    throw describeConnectionFailure(error, url) ?? error;
  }
}

function parseTags(body: Buffer, url: URL): readonly string[] {
  const tags = readTags(body.toString('utf8'));
  // A repository without tags is `null` to registries that are written in Go.
  if (tags === null || tags === undefined) return [];
  if (Array.isArray(tags) && tags.every((tag) => typeof tag === 'string')) return tags;
  throw new FailedAttempt({
    outcome: { kind: 'broken', phase: 'hopeless' },
    code: 'REGISTRY_FAILED',
    happened: `${url.host} answered with something that is not a list of tags`,
  });
}

function readTags(text: string): unknown {
  try {
    return (JSON.parse(text) as { readonly tags?: unknown } | null)?.tags;
  } catch {
    // Not JSON: as good as a list of the wrong form.
    return false;
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
