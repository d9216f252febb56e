import { toSourceUrl } from '../facts/remote-url';
import { type CiFacts, type Environment, type PullRequest } from '../facts/ci-facts';
import { asNumber, present } from '../facts/present';

/**
 * CIRCLE_BRANCH, CIRCLE_TAG, CIRCLE_PULL_REQUEST (URL of a pull request of the branch), and CIRCLE_PR_NUMBER,
 * CIRCLE_PR_USERNAME and CIRCLE_PR_REPONAME, which are only set for pull requests from forks. What started a pipeline is unknown.
 *
 * @see https://circleci.com/docs/reference/variables/
 */
export function readCircleCi(env: Environment): CiFacts | undefined {
  if (env['CIRCLECI'] !== 'true') return undefined;
  const tag = env['CIRCLE_TAG'];
  const pullRequest = readPullRequest(env);
  // Builds the branch itself, not a merge: its pull request is just additional information. A fork's pull request has no branch
  // here: pull/12.
  const event = tag ? 'tag' : pullRequest?.isFork === true ? 'pullRequest' : 'push';
  const sourceUrl = toSourceUrl(env['CIRCLE_REPOSITORY_URL'] ?? '');
  return {
    system: 'CircleCI',
    event,
    ...present({ branch: env['CIRCLE_BRANCH'], tag, commit: env['CIRCLE_SHA1'], sourceUrl, pullRequest }),
  };
}

function readPullRequest(env: Environment): PullRequest | undefined {
  const ofFork = asNumber(env['CIRCLE_PR_NUMBER']);
  if (ofFork !== undefined) {
    const source = [env['CIRCLE_PR_USERNAME'], env['CIRCLE_PR_REPONAME']].filter(Boolean).join('/');
    return { number: ofFork, isFork: true, ...present({ source }) };
  }
  const number = asNumber(/\/(\d+)$/.exec(env['CIRCLE_PULL_REQUEST'] ?? '')?.[1]);
  return number === undefined ? undefined : { number, isFork: false };
}
