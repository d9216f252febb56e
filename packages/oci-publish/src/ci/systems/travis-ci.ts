import { type CiEvent, type CiFacts, type Environment, type PullRequest } from '../facts/ci-facts';
import { asNumber, present } from '../facts/present';

// TRAVIS_EVENT_TYPE
const EVENTS: Readonly<Record<string, CiEvent>> = { push: 'push', pull_request: 'pullRequest', cron: 'schedule', api: 'manual' };

/**
 * TRAVIS_EVENT_TYPE, TRAVIS_TAG, TRAVIS_BRANCH (the tag in builds of tags, the target in those of pull requests),
 * TRAVIS_PULL_REQUEST (`false` if there is none), TRAVIS_PULL_REQUEST_BRANCH and TRAVIS_PULL_REQUEST_SLUG. The host of the
 * repository is unknown.
 *
 * @see https://docs.travis-ci.com/user/environment-variables/#default-environment-variables
 */
export function readTravisCi(env: Environment): CiFacts | undefined {
  if (env['TRAVIS'] !== 'true') return undefined;
  const tag = env['TRAVIS_TAG'];
  const pullRequest = readPullRequest(env);
  const kind = EVENTS[env['TRAVIS_EVENT_TYPE'] ?? ''] ?? 'other';
  const branch = pullRequest === undefined ? env['TRAVIS_BRANCH'] : env['TRAVIS_PULL_REQUEST_BRANCH'];
  return {
    system: 'Travis CI',
    event: pullRequest !== undefined ? 'pullRequest' : tag && kind === 'push' ? 'tag' : kind,
    ...present({ branch: tag ? undefined : branch, tag, commit: env['TRAVIS_COMMIT'], pullRequest }),
  };
}

function readPullRequest(env: Environment): PullRequest | undefined {
  const number = asNumber(env['TRAVIS_PULL_REQUEST']);
  if (number === undefined) return undefined;
  const source = env['TRAVIS_PULL_REQUEST_SLUG'];
  return {
    number,
    isFork: Boolean(source) && source !== env['TRAVIS_REPO_SLUG'],
    ...present({ source, targetBranch: env['TRAVIS_BRANCH'] }),
  };
}
