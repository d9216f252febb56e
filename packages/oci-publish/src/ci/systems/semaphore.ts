import { isSameRepository, toSourceUrl } from '../facts/remote-url';
import { type CiEvent, type CiFacts, type Environment, type PullRequest } from '../facts/ci-facts';
import { asNumber, present } from '../facts/present';

// SEMAPHORE_GIT_REF_TYPE
const EVENTS: Readonly<Record<string, CiEvent>> = { branch: 'push', tag: 'tag', 'pull-request': 'pullRequest' };

/**
 * SEMAPHORE_GIT_REF_TYPE, SEMAPHORE_GIT_BRANCH (for a pull request, its target), SEMAPHORE_GIT_TAG_NAME, SEMAPHORE_GIT_PR_NUMBER,
 * SEMAPHORE_GIT_PR_BRANCH and SEMAPHORE_GIT_PR_SLUG.
 *
 * @see https://docs.semaphore.io/reference/env-vars
 */
export function readSemaphore(env: Environment): CiFacts | undefined {
  if (env['SEMAPHORE'] !== 'true') return undefined;
  const pullRequest = readPullRequest(env);
  const branch = pullRequest === undefined ? env['SEMAPHORE_GIT_BRANCH'] : env['SEMAPHORE_GIT_PR_BRANCH'];
  const tag = env['SEMAPHORE_GIT_TAG_NAME'];
  const kind = EVENTS[env['SEMAPHORE_GIT_REF_TYPE'] ?? ''] ?? 'other';
  return {
    system: 'Semaphore',
    event: pullRequest !== undefined ? 'pullRequest' : env['SEMAPHORE_WORKFLOW_TRIGGERED_BY_SCHEDULE'] === 'true' ? 'schedule' : kind,
    ...present({
      branch: tag ? undefined : branch,
      tag,
      commit: env['SEMAPHORE_GIT_SHA'],
      sourceUrl: toSourceUrl(env['SEMAPHORE_GIT_URL'] ?? ''),
      pullRequest,
    }),
  };
}

function readPullRequest(env: Environment): PullRequest | undefined {
  const number = asNumber(env['SEMAPHORE_GIT_PR_NUMBER']);
  if (number === undefined) return undefined;
  const { SEMAPHORE_GIT_PR_SLUG: source = '', SEMAPHORE_GIT_REPO_SLUG: here = '', SEMAPHORE_GIT_BRANCH: targetBranch } = env;
  return { number, isFork: source !== '' && !isSameRepository(source, here), ...present({ source, targetBranch }) };
}
