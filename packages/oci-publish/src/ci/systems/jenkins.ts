import { toSourceUrl } from '../facts/remote-url';
import { type CiFacts, type Environment, type PullRequest } from '../facts/ci-facts';
import { asNumber, present } from '../facts/present';

/**
 * From multibranch pipelines: BRANCH_NAME (`PR-12` in builds of changes), TAG_NAME, CHANGE_ID, CHANGE_BRANCH, CHANGE_TARGET and
 * CHANGE_FORK (only if the change comes from one); from the git plugin: GIT_BRANCH (`origin/main`, `tags/v1.2.3` if a job builds
 * tags), GIT_COMMIT and GIT_URL.
 *
 * @see https://plugins.jenkins.io/branch-api/ and https://plugins.jenkins.io/git/#plugin-content-environment-variables
 */
export function readJenkins(env: Environment): CiFacts | undefined {
  if (!env['JENKINS_URL']) return undefined;
  const tag = env['TAG_NAME'] || /^(?:refs\/)?tags\/(.+)$/s.exec(env['GIT_BRANCH'] ?? '')?.[1];
  const pullRequest = readChange(env);
  const built = env['BRANCH_NAME'] || env['GIT_BRANCH']?.replace(/^(?:refs\/remotes\/)?origin\//, '');
  const branch = pullRequest !== undefined ? env['CHANGE_BRANCH'] : tag ? undefined : built;
  return {
    system: 'Jenkins',
    event: pullRequest !== undefined ? 'pullRequest' : tag ? 'tag' : 'push',
    ...present({ branch, tag, commit: env['GIT_COMMIT'], sourceUrl: toSourceUrl(env['GIT_URL'] ?? ''), pullRequest }),
  };
}

function readChange(env: Environment): PullRequest | undefined {
  const number = asNumber(env['CHANGE_ID']);
  if (number === undefined) return undefined;
  const source = env['CHANGE_FORK'];
  return { number, isFork: Boolean(source), ...present({ source, targetBranch: env['CHANGE_TARGET'] }) };
}
