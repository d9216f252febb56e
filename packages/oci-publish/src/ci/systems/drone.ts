import { toSourceUrl } from '../facts/remote-url';
import { type CiEvent, type CiFacts, type Environment } from '../facts/ci-facts';
import { asNumber, present } from '../facts/present';

// DRONE_BUILD_EVENT; `promote` and `rollback` are builds that a user runs again.
const EVENTS: Readonly<Record<string, CiEvent>> = {
  push: 'push',
  tag: 'tag',
  pull_request: 'pullRequest',
  cron: 'schedule',
  custom: 'manual',
  promote: 'manual',
  rollback: 'manual',
};

/**
 * DRONE_BUILD_EVENT, DRONE_TAG, DRONE_BRANCH (the target branch of a pull request), DRONE_SOURCE_BRANCH, DRONE_TARGET_BRANCH
 * and DRONE_PULL_REQUEST. Harness CI sets the same. Whether a pull request comes from a fork is unknown.
 *
 * @see https://docs.drone.io/pipeline/environment/reference/
 */
export function readDrone(env: Environment): CiFacts | undefined {
  if (env['DRONE'] !== 'true' && !env['DRONE_BUILD_EVENT']) return undefined;
  const tag = env['DRONE_TAG'];
  const number = asNumber(env['DRONE_PULL_REQUEST']);
  const pullRequest =
    number === undefined ? undefined : { number, isFork: false, ...present({ targetBranch: env['DRONE_TARGET_BRANCH'] }) };
  const branch = pullRequest === undefined ? env['DRONE_BRANCH'] : env['DRONE_SOURCE_BRANCH'];
  return {
    system: 'Drone',
    event: pullRequest !== undefined ? 'pullRequest' : (EVENTS[env['DRONE_BUILD_EVENT'] ?? ''] ?? 'other'),
    ...present({
      branch: tag ? undefined : branch,
      tag,
      commit: env['DRONE_COMMIT_SHA'] || env['DRONE_COMMIT'],
      sourceUrl: toSourceUrl(env['DRONE_REPO_LINK'] || env['DRONE_GIT_HTTP_URL'] || ''),
      defaultBranch: env['DRONE_REPO_BRANCH'],
      pullRequest,
    }),
  };
}
