import { isSameRepository, toSourceUrl } from '../facts/remote-url';
import { type CiEvent, type CiFacts, type Environment, type PullRequest } from '../facts/ci-facts';
import { asNumber, present } from '../facts/present';

// BUILDKITE_SOURCE; `trigger_job` is another pipeline, which anything may have started.
const EVENTS: Readonly<Record<string, CiEvent>> = { webhook: 'push', schedule: 'schedule', ui: 'manual', api: 'manual' };

/**
 * BUILDKITE_TAG, BUILDKITE_BRANCH (the tag in builds of tags, `owner:branch` in those of forks), BUILDKITE_COMMIT (`HEAD` if a
 * build was started without one), BUILDKITE_PULL_REQUEST (`false` if there is none), _BASE_BRANCH and _REPO.
 *
 * @see https://buildkite.com/docs/pipelines/configure/environment-variables
 */
export function readBuildkite(env: Environment): CiFacts | undefined {
  if (env['BUILDKITE'] !== 'true') return undefined;
  const tag = env['BUILDKITE_TAG'];
  const pullRequest = readPullRequest(env);
  const kind = EVENTS[env['BUILDKITE_SOURCE'] ?? ''] ?? 'other';
  return {
    system: 'Buildkite',
    event: pullRequest !== undefined ? 'pullRequest' : tag && kind === 'push' ? 'tag' : kind,
    ...present({
      branch: tag ? undefined : env['BUILDKITE_BRANCH'],
      tag,
      commit: env['BUILDKITE_COMMIT'],
      sourceUrl: toSourceUrl(env['BUILDKITE_REPO'] ?? ''),
      defaultBranch: env['BUILDKITE_PIPELINE_DEFAULT_BRANCH'],
      pullRequest,
    }),
  };
}

function readPullRequest(env: Environment): PullRequest | undefined {
  const number = asNumber(env['BUILDKITE_PULL_REQUEST']);
  if (number === undefined) return undefined;
  const { BUILDKITE_PULL_REQUEST_REPO: from = '', BUILDKITE_REPO: here = '' } = env;
  return {
    number,
    isFork: from !== '' && !isSameRepository(from, here),
    ...present({ source: toSourceUrl(from), targetBranch: env['BUILDKITE_PULL_REQUEST_BASE_BRANCH'] }),
  };
}
