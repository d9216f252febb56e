import { toSourceUrl } from '../facts/remote-url';
import { type CiEvent, type CiFacts, type Environment } from '../facts/ci-facts';
import { asNumber, present } from '../facts/present';

// CI_PIPELINE_EVENT
const EVENTS: Readonly<Record<string, CiEvent>> = {
  push: 'push',
  tag: 'tag',
  release: 'tag',
  pull_request: 'pullRequest',
  pull_request_closed: 'pullRequest',
  pull_request_metadata: 'pullRequest',
  cron: 'schedule',
  manual: 'manual',
  deployment: 'manual',
};

/**
 * CI_PIPELINE_EVENT, CI_COMMIT_TAG, CI_COMMIT_BRANCH (the target branch of a pull request), CI_COMMIT_SOURCE_BRANCH,
 * CI_COMMIT_TARGET_BRANCH and CI_COMMIT_PULL_REQUEST. Whether a pull request comes from a fork is unknown.
 *
 * @see https://woodpecker-ci.org/docs/usage/environment
 */
export function readWoodpecker(env: Environment): CiFacts | undefined {
  if (env['CI'] !== 'woodpecker') return undefined;
  const tag = env['CI_COMMIT_TAG'];
  const number = asNumber(env['CI_COMMIT_PULL_REQUEST']);
  const pullRequest =
    number === undefined ? undefined : { number, isFork: false, ...present({ targetBranch: env['CI_COMMIT_TARGET_BRANCH'] }) };
  const branch = pullRequest === undefined ? env['CI_COMMIT_BRANCH'] : env['CI_COMMIT_SOURCE_BRANCH'];
  return {
    system: 'Woodpecker CI',
    // CI_BUILD_EVENT before version 1.
    event: pullRequest !== undefined ? 'pullRequest' : (EVENTS[env['CI_PIPELINE_EVENT'] || env['CI_BUILD_EVENT'] || ''] ?? 'other'),
    ...present({
      branch: tag ? undefined : branch,
      tag,
      commit: env['CI_COMMIT_SHA'],
      sourceUrl: toSourceUrl(env['CI_REPO_URL'] || env['CI_REPO_LINK'] || ''),
      defaultBranch: env['CI_REPO_DEFAULT_BRANCH'],
      pullRequest,
    }),
  };
}
