import { answerJson, type Answer } from '../http/answer';
import { cutPage, readPageQuery } from '../http/cut-page';
import type { Call, Methods } from './call';
import { refusePageSize } from './refuse-page-size';

/**
 * Lists repositories. Only in Docker's specification, not in OCI's, but used by people and tools.
 *
 * @see https://distribution.github.io/distribution/spec/api/#listing-repositories
 */
export const catalogRoutes: Methods = { GET: listRepositories };

async function listRepositories({ state, request }: Call): Promise<Answer> {
  const { n, last } = readPageQuery(request.query);
  // One more than requested, to find whether a page follows.
  const range = { from: last === '' ? '' : `${last}\0`, limit: typeof n === 'number' ? n + 1 : undefined };
  const page = n === 'invalid' ? n : cutPage(await state.storage.records.listRepositories(range), request.query, '/v2/_catalog');
  return page === 'invalid' ? refusePageSize() : answerJson(200, { repositories: page.items }, page.nextLink);
}
