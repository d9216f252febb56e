import { isRepositoryName } from '@nx-oci/model';

import type { Answer } from '../http/answer';
import { ownHost } from '../http/own-host';
import { gatherRepositories } from '../page/gather-repositories';
import { gatherTags } from '../page/gather-tags';
import { html } from '../page/html';
import { renderPage } from '../page/render-page';
import { renderRepositories } from '../page/render-repositories';
import { renderTags } from '../page/render-tags';
import { isRepositoryKnown } from '../repositories/is-repository-known';
import type { Call, Methods } from './call';

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  // No scripts, images or frames: pushed content is only shown as text.
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

/** The web page of the registry: `/`, `/?from=NAME`, `/?repository=NAME`, `/?repository=NAME&from=TAG`. */
export const pageRoutes: Methods = {
  GET: (call) => {
    const repository = call.request.query.get('repository');
    return repository === null ? showRepositories(call) : showTags(call, repository);
  },
};

async function showRepositories({ state, request }: Call): Promise<Answer> {
  const host = ownHost(request);
  const page = await gatherRepositories(state.storage, request.query.get('from') ?? '');
  return { status: 200, headers: HEADERS, body: renderPage(renderRepositories(page, host), host) };
}

async function showTags({ state, request }: Call, repository: string): Promise<Answer> {
  const host = ownHost(request);
  if (!isRepositoryName(repository) || !(await isRepositoryKnown(state.storage, repository))) {
    return { status: 404, headers: HEADERS, body: renderPage(html`<p>There is no such repository.</p>`, host, repository) };
  }
  const page = await gatherTags(state.storage, repository, request.query.get('from') ?? '');
  return { status: 200, headers: HEADERS, body: renderPage(renderTags(page, host), host, repository) };
}
