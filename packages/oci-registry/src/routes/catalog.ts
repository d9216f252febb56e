import { answerJson, type Answer } from '../http/answer';
import { cutPage } from '../http/cut-page';
import type { Call, Methods } from './call';
import { refusePageSize } from './refuse-page-size';

/**
 * Lists repositories. Not in the OCI specification; Docker's had it, and people and tools use it.
 *
 * @see https://distribution.github.io/distribution/spec/api/#listing-repositories
 */
export const catalogRoutes: Methods = { GET: listRepositories };

async function listRepositories({ state, request }: Call): Promise<Answer> {
  const page = cutPage(await state.storage.records.listRepositories(), request.query, '/v2/_catalog');
  return page === 'invalid' ? refusePageSize() : answerJson(200, { repositories: page.items }, page.nextLink);
}
