import { type CiEvent, type CiFacts, type Environment, type PullRequest } from '../facts/ci-facts';
import { asNumber, present } from '../facts/present';

/**
 * APPVEYOR_REPO_TAG (`true` in builds of tags) and APPVEYOR_REPO_TAG_NAME, APPVEYOR_REPO_BRANCH (for a pull request, its target),
 * APPVEYOR_PULL_REQUEST_NUMBER, _HEAD_REPO_NAME and _HEAD_REPO_BRANCH. The host of the repository is unknown.
 *
 * @see https://www.appveyor.com/docs/environment-variables/
 */
export function readAppVeyor(env: Environment): CiFacts | undefined {
  if (!isTrue(env['APPVEYOR'])) return undefined;
  const pullRequest = readPullRequest(env);
  const tag = isTrue(env['APPVEYOR_REPO_TAG']) ? env['APPVEYOR_REPO_TAG_NAME'] : undefined;
  const branch = pullRequest === undefined ? env['APPVEYOR_REPO_BRANCH'] : env['APPVEYOR_PULL_REQUEST_HEAD_REPO_BRANCH'];
  return {
    system: 'AppVeyor',
    event: eventOf(env, { isPullRequest: pullRequest !== undefined, isTag: Boolean(tag) }),
    ...present({ branch: tag ? undefined : branch, tag, commit: env['APPVEYOR_REPO_COMMIT'], pullRequest }),
  };
}

function eventOf(env: Environment, { isPullRequest, isTag }: { readonly isPullRequest: boolean; readonly isTag: boolean }): CiEvent {
  if (isPullRequest) return 'pullRequest';
  if (isTrue(env['APPVEYOR_SCHEDULED_BUILD'])) return 'schedule';
  return isTag ? 'tag' : isTrue(env['APPVEYOR_FORCED_BUILD']) ? 'manual' : 'push';
}

function readPullRequest(env: Environment): PullRequest | undefined {
  const number = asNumber(env['APPVEYOR_PULL_REQUEST_NUMBER']);
  if (number === undefined) return undefined;
  const source = env['APPVEYOR_PULL_REQUEST_HEAD_REPO_NAME'];
  const isFork = Boolean(source) && source !== env['APPVEYOR_REPO_NAME'];
  return { number, isFork, ...present({ source, targetBranch: env['APPVEYOR_REPO_BRANCH'] }) };
}

/** `True` on Windows, `true` on Linux. */
function isTrue(text: string | undefined): boolean {
  return text?.toLowerCase() === 'true';
}
