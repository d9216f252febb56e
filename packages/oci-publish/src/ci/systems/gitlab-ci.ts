import { toSourceUrl } from '../facts/remote-url';
import { type CiEvent, type CiFacts, type Environment, type PullRequest } from '../facts/ci-facts';
import { asNumber, present } from '../facts/present';

// CI_PIPELINE_SOURCE
const EVENTS: Readonly<Record<string, CiEvent>> = {
  push: 'push',
  schedule: 'schedule',
  web: 'manual',
  api: 'manual',
  trigger: 'manual',
  merge_request_event: 'pullRequest',
  external_pull_request_event: 'pullRequest',
};

/**
 * CI_PIPELINE_SOURCE, CI_COMMIT_BRANCH (not in pipelines of tags and merge requests), CI_COMMIT_TAG, CI_DEFAULT_BRANCH,
 * CI_MERGE_REQUEST_* and, for GitHub repositories that GitLab builds, CI_EXTERNAL_PULL_REQUEST_*.
 *
 * @see https://docs.gitlab.com/ci/variables/predefined_variables/
 */
export function readGitLabCi(env: Environment): CiFacts | undefined {
  if (env['GITLAB_CI'] !== 'true') return undefined;
  const tag = env['CI_COMMIT_TAG'];
  const pullRequest = readMergeRequest(env) ?? readExternal(env);
  const kind = EVENTS[env['CI_PIPELINE_SOURCE'] ?? ''] ?? 'other';
  return {
    system: 'GitLab CI',
    // A child of such a pipeline has the same variables, but another source.
    event: pullRequest !== undefined ? 'pullRequest' : tag && kind === 'push' ? 'tag' : kind,
    ...present({
      branch: env['CI_COMMIT_BRANCH'] || env['CI_MERGE_REQUEST_SOURCE_BRANCH_NAME'] || env['CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_NAME'],
      tag,
      commit: env['CI_COMMIT_SHA'],
      sourceUrl: toSourceUrl(env['CI_PROJECT_URL'] ?? ''),
      defaultBranch: env['CI_DEFAULT_BRANCH'],
      pullRequest,
    }),
  };
}

function readMergeRequest(env: Environment): PullRequest | undefined {
  const number = asNumber(env['CI_MERGE_REQUEST_IID']);
  if (number === undefined) return undefined;
  const source = env['CI_MERGE_REQUEST_SOURCE_PROJECT_PATH'];
  return {
    number,
    ...(env['CI_MERGE_REQUEST_EVENT_TYPE'] === 'merge_train' && { isQueued: true }),
    isFork: Boolean(source) && source !== env['CI_MERGE_REQUEST_PROJECT_PATH'],
    ...present({ source, targetBranch: env['CI_MERGE_REQUEST_TARGET_BRANCH_NAME'] }),
  };
}

function readExternal(env: Environment): PullRequest | undefined {
  const number = asNumber(env['CI_EXTERNAL_PULL_REQUEST_IID']);
  if (number === undefined) return undefined;
  const source = env['CI_EXTERNAL_PULL_REQUEST_SOURCE_REPOSITORY'];
  return {
    number,
    isFork: Boolean(source) && source !== env['CI_EXTERNAL_PULL_REQUEST_TARGET_REPOSITORY'],
    ...present({ source, targetBranch: env['CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME'] }),
  };
}
