import { answerJson, type Answer } from '../http/answer';
import { cutPage } from '../http/cut-page';
import { refuse } from '../http/protocol-error';
import { isRepositoryKnown } from '../repositories/is-repository-known';
import { listTagRecords } from '../repositories/tag-records';
import type { Call, Methods } from './call';
import { refusePageSize } from './refuse-page-size';

/** Lists tags: end-8. */
export const tagRoutes: Methods = { GET: listTags };

async function listTags({ state, request, repository }: Call): Promise<Answer> {
  if (!(await isRepositoryKnown(state.storage, repository))) {
    return refuse('NAME_UNKNOWN', `There is no repository ${repository}: nothing was pushed to it.`, { detail: { name: repository } });
  }
  const page = cutPage(await listTagRecords(state.storage, repository), request.query, `/v2/${repository}/tags/list`);
  return page === 'invalid' ? refusePageSize() : answerJson(200, { name: repository, tags: page.items }, page.nextLink);
}
