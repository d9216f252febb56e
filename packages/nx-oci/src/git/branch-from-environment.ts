/**
 * The branch that a CI system says it builds: there HEAD is detached and git itself cannot tell.
 *
 * A tag build has no branch. Pull requests give the branch that they come from.
 */
export function branchFromEnvironment(env: NodeJS.ProcessEnv): string | undefined {
  const found = [
    fromGitHub(env),
    env['CI_COMMIT_BRANCH'] ?? env['CI_MERGE_REQUEST_SOURCE_BRANCH_NAME'],
    env['CIRCLE_BRANCH'],
    env['BITBUCKET_BRANCH'],
    env['BUILD_SOURCEBRANCH']?.replace(/^refs\/heads\//, ''),
    env['CHANGE_BRANCH'] ?? env['BRANCH_NAME'],
  ];
  return found.find((branch) => branch !== undefined && branch !== '' && !branch.startsWith('refs/'));
}

/** @see https://docs.github.com/en/actions/reference/workflows-and-actions/variables */
function fromGitHub(env: NodeJS.ProcessEnv): string | undefined {
  if (env['GITHUB_HEAD_REF']) return env['GITHUB_HEAD_REF'];
  return env['GITHUB_REF_TYPE'] === 'branch' ? env['GITHUB_REF_NAME'] : undefined;
}
