import { toSourceUrl } from '../facts/remote-url';
import { type CiFacts, type Environment } from '../facts/ci-facts';
import { asNumber, present } from '../facts/present';

/**
 * BITBUCKET_BRANCH, BITBUCKET_TAG, BITBUCKET_PR_ID and BITBUCKET_PR_DESTINATION_BRANCH. Bitbucket runs no pipeline of this
 * repository for a fork's pull request, and does not distinguish a schedule from a push.
 *
 * @see https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/
 */
export function readBitbucket(env: Environment): CiFacts | undefined {
  if (!env['BITBUCKET_BUILD_NUMBER']) return undefined;
  const tag = env['BITBUCKET_TAG'];
  const number = asNumber(env['BITBUCKET_PR_ID']);
  const pullRequest =
    number === undefined ? undefined : { number, isFork: false, ...present({ targetBranch: env['BITBUCKET_PR_DESTINATION_BRANCH'] }) };
  return {
    system: 'Bitbucket Pipelines',
    event: pullRequest !== undefined ? 'pullRequest' : tag ? 'tag' : 'push',
    ...present({ branch: env['BITBUCKET_BRANCH'], tag, commit: env['BITBUCKET_COMMIT'], sourceUrl: readSourceUrl(env), pullRequest }),
  };
}

/** The variable says `http:`, which the site redirects to `https:`. */
function readSourceUrl({ BITBUCKET_GIT_HTTP_ORIGIN: origin = '' }: Environment): string | undefined {
  return toSourceUrl(origin)?.replace(/^http:\/\/bitbucket\.org\//, 'https://bitbucket.org/');
}
