import { isRepositoryName } from '@nx-oci/model';

import type { Answer } from '../http/answer';
import { isUnchanged } from '../http/is-unchanged';
import { ownHost } from '../http/own-host';
import { findImage, gatherImage } from '../page/gather/gather-image';
import { gatherRepositories } from '../page/gather/gather-repositories';
import { gatherTags } from '../page/gather/gather-tags';
import { readPageNumber } from '../page/render/page-address';
import { renderComparison, renderNotComparable } from '../page/render/render-comparison';
import { renderImage } from '../page/render/render-image';
import { renderMissing } from '../page/render/render-missing';
import { renderPage, type PageContent } from '../page/render/render-page';
import { renderRepositories } from '../page/render/render-repositories';
import { renderTags } from '../page/render/render-tags';
import type { Call, Handler, Methods } from './call';
import { confirmDeletion, deleteFromPage } from './page-deletion';
import { PAGE_HEADERS, type FoundPage } from './page-answer';

/**
 * The web page of the registry:
 *
 * - `/`, `?q=TEXT`: repositories
 * - `?repository=NAME`, `&q=TEXT`: its tags
 * - `&image=TAG`, `&platform=NAME`: an image
 * - `&compare=TAG&with=TAG`: what changed
 * - `&delete=TAG`: asks whether to delete it; a POST deletes
 *
 * Long lists have `&page=2`.
 */
export const pageRoutes: Methods = { GET: answerPage, POST: deleteFromPage };

async function answerPage(call: Call): Promise<Answer> {
  const { state, request } = call;
  const etag = `"${state.page.overview.version}"`;
  const headers = { ...PAGE_HEADERS, etag };
  if (isUnchanged(request.headers, etag)) return { status: 304, headers };
  const { status, content } = await findPage(call);
  return { status, headers, body: await framePage(call, content) };
}

/** The whole page, with what all pages have. */
export async function framePage({ state: { page }, request }: Parameters<Handler>[0], content: PageContent): Promise<string> {
  const [repositories, totalBytes] = await Promise.all([page.overview.repositories(), page.overview.totalBytes()]);
  return renderPage(content, { host: ownHost(request), repositoryCount: repositories.length, totalBytes });
}

function findPage(call: Call): Promise<FoundPage> {
  const { query } = call.request;
  const repository = query.get('repository');
  if (repository === null) return showRepositories(call);
  if (!isRepositoryName(repository)) return Promise.resolve(missing('There is no such repository.'));
  if (query.has('image')) return showImage(call, repository);
  if (query.has('compare')) return showComparison(call, repository);
  if (query.has('delete')) return confirmDeletion(call, repository);
  return showTags(call, repository);
}

async function showRepositories({ state, request: { query }, request }: Call): Promise<FoundPage> {
  const page = await gatherRepositories(state.page, searchedIn(query), readPageNumber(query.get('page')));
  return { status: 200, content: renderRepositories(page, ownHost(request)) };
}

async function showTags({ state, request: { query } }: Call, repository: string): Promise<FoundPage> {
  const page = await gatherTags(state.page, repository, searchedIn(query), readPageNumber(query.get('page')));
  return page ? { status: 200, content: renderTags(page) } : missing('There is no such repository.');
}

async function showImage({ state, request }: Call, repository: string): Promise<FoundPage> {
  const reference = request.query.get('image') ?? '';
  const view = await gatherImage(state.page, repository, reference, request.query.get('platform') ?? undefined);
  if (!view) return missing(`There is no such image in ${repository}.`, repository);
  const site = { host: ownHost(request), isSecure: request.headers['x-forwarded-proto'] === 'https' };
  return { status: 200, content: renderImage(view, site, state.page.canDelete) };
}

async function showComparison({ state, request: { query } }: Call, repository: string): Promise<FoundPage> {
  const [before, after] = [query.get('compare') ?? '', query.get('with') ?? ''];
  const newer = await findImage(state.page, repository, after);
  const older = await findImage(state.page, repository, before, newer?.image?.platform);
  if (newer && older) return { status: 200, content: renderComparison(older, newer) };
  return { status: 404, content: { ...missing('', repository).content, content: renderNotComparable(repository, newer ? before : after) } };
}

function searchedIn(query: URLSearchParams): string {
  return (query.get('q') ?? '').trim().slice(0, 200);
}

function missing(text: string, repository?: string): FoundPage {
  return { status: 404, content: renderMissing(text, repository) };
}
