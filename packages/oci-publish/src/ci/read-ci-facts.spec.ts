import { readCiFacts } from './read-ci-facts';

const github = { GITHUB_ACTIONS: 'true', GITHUB_REPOSITORY: 'acme/shop' };
const repository = { full_name: 'acme/shop', default_branch: 'trunk' };
const gitlab = { GITLAB_CI: 'true', CI_DEFAULT_BRANCH: 'main' };
const circle = { CIRCLECI: 'true' };
const jenkins = { JENKINS_URL: 'https://ci.example/' };
const azure = { TF_BUILD: 'True' };
const bitbucket = { BITBUCKET_BUILD_NUMBER: '12' };

const pullRequestOf = (full_name: string | null) => ({
  repository,
  pull_request: { number: 7, base: { ref: 'trunk' }, head: { ref: 'feat/x', repo: full_name === null ? null : { full_name } } },
});

describe('readCiFacts', () => {
  it.each<[string, Record<string, string>, unknown, object]>([
    ['no CI', { BRANCH_NAME: 'main', CI: 'true' }, undefined, { event: 'local' }],
    [
      'a push on GitHub',
      { ...github, GITHUB_EVENT_NAME: 'push', GITHUB_REF_TYPE: 'branch', GITHUB_REF_NAME: 'feat/x', GITHUB_HEAD_REF: '' },
      { repository },
      { system: 'GitHub Actions', event: 'push', branch: 'feat/x', defaultBranch: 'trunk' },
    ],
    [
      'a tag on GitHub',
      { ...github, GITHUB_EVENT_NAME: 'push', GITHUB_REF_TYPE: 'tag', GITHUB_REF_NAME: 'v1.2.3' },
      undefined,
      { system: 'GitHub Actions', event: 'tag', tag: 'v1.2.3' },
    ],
    [
      'a pull request on GitHub',
      { ...github, GITHUB_EVENT_NAME: 'pull_request', GITHUB_REF: 'refs/pull/7/merge', GITHUB_HEAD_REF: 'feat/x' },
      pullRequestOf('acme/shop'),
      {
        system: 'GitHub Actions',
        event: 'pullRequest',
        branch: 'feat/x',
        defaultBranch: 'trunk',
        pullRequest: { number: '7', isFork: false, source: 'acme/shop', targetBranch: 'trunk' },
      },
    ],
    [
      "a fork's pull request on GitHub, with secrets",
      { ...github, GITHUB_EVENT_NAME: 'pull_request_target', GITHUB_REF_TYPE: 'branch', GITHUB_REF_NAME: 'trunk' },
      pullRequestOf('mallory/shop'),
      { event: 'pullRequest', pullRequest: { number: '7', isFork: true, source: 'mallory/shop' } },
    ],
    [
      'a fork that was deleted',
      { ...github, GITHUB_EVENT_NAME: 'pull_request' },
      pullRequestOf(null),
      { pullRequest: { number: '7', isFork: true } },
    ],
    [
      "a workflow after that of a fork's pull request",
      { ...github, GITHUB_EVENT_NAME: 'workflow_run', GITHUB_REF_TYPE: 'branch', GITHUB_REF_NAME: 'trunk' },
      { repository, workflow_run: { event: 'pull_request', head_branch: 'trunk', head_repository: { full_name: 'mallory/shop' } } },
      { event: 'other', pullRequest: { isFork: true, source: 'mallory/shop' } },
    ],
    [
      'a pull request without its event file',
      { ...github, GITHUB_EVENT_NAME: 'pull_request', GITHUB_REF: 'refs/pull/9/merge', GITHUB_HEAD_REF: 'x', GITHUB_BASE_REF: 'main' },
      'nonsense',
      { event: 'pullRequest', branch: 'x', pullRequest: { number: '9', isFork: false, targetBranch: 'main' } },
    ],
    ['a schedule on GitHub', { ...github, GITHUB_EVENT_NAME: 'schedule' }, undefined, { event: 'schedule' }],
    [
      'a tag where only the whole ref is given',
      { ...github, GITHUB_EVENT_NAME: 'push', GITHUB_REF: 'refs/tags/a/v1' },
      undefined,
      { event: 'tag', tag: 'a/v1' },
    ],
    [
      'a release on GitHub',
      { ...github, GITHUB_EVENT_NAME: 'release', GITHUB_REF: 'refs/tags/v1', GITHUB_REF_TYPE: 'tag', GITHUB_REF_NAME: 'v1' },
      undefined,
      { event: 'tag', tag: 'v1' },
    ],
    [
      'the branch of a tag on GitHub',
      { ...github, GITHUB_EVENT_NAME: 'push', GITHUB_REF: 'refs/tags/v1' },
      { base_ref: 'refs/heads/trunk' },
      { event: 'tag', tag: 'v1', baseBranch: 'trunk' },
    ],
    [
      'a merge train on GitLab',
      {
        ...gitlab,
        CI_PIPELINE_SOURCE: 'merge_request_event',
        CI_MERGE_REQUEST_EVENT_TYPE: 'merge_train',
        CI_COMMIT_REF_NAME: 'refs/merge-requests/7/train',
        CI_MERGE_REQUEST_IID: '7',
        CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: 'main',
        CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'release/1',
      },
      undefined,
      { event: 'pullRequest', branch: 'main', pullRequest: { number: '7', isFork: false, targetBranch: 'release/1' } },
    ],
    ['a tag of a plain job on Jenkins', { ...jenkins, GIT_BRANCH: 'refs/tags/v1' }, undefined, { event: 'tag', tag: 'v1' }],
    [
      'a push on GitLab',
      { ...gitlab, CI_PIPELINE_SOURCE: 'push', CI_COMMIT_BRANCH: 'feat/x' },
      undefined,
      { system: 'GitLab CI', event: 'push', branch: 'feat/x', defaultBranch: 'main' },
    ],
    ['a tag on GitLab', { ...gitlab, CI_PIPELINE_SOURCE: 'push', CI_COMMIT_TAG: 'v1' }, undefined, { event: 'tag', tag: 'v1' }],
    [
      "a fork's merge request on GitLab",
      {
        ...gitlab,
        CI_PIPELINE_SOURCE: 'merge_request_event',
        CI_MERGE_REQUEST_IID: '7',
        CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: 'feat/x',
        CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
        CI_MERGE_REQUEST_SOURCE_PROJECT_PATH: 'mallory/shop',
        CI_MERGE_REQUEST_PROJECT_PATH: 'acme/shop',
      },
      undefined,
      { event: 'pullRequest', branch: 'feat/x', pullRequest: { number: '7', isFork: true, source: 'mallory/shop', targetBranch: 'main' } },
    ],
    [
      'a merge request of the same project on GitLab',
      { ...gitlab, CI_MERGE_REQUEST_IID: '7', CI_MERGE_REQUEST_SOURCE_PROJECT_PATH: 'a/b', CI_MERGE_REQUEST_PROJECT_PATH: 'a/b' },
      undefined,
      { pullRequest: { number: '7', isFork: false } },
    ],
    ['a branch on CircleCI', { ...circle, CIRCLE_BRANCH: 'x' }, undefined, { system: 'CircleCI', event: 'push', branch: 'x' }],
    [
      'a branch with a pull request on CircleCI',
      { ...circle, CIRCLE_BRANCH: 'x', CIRCLE_PULL_REQUEST: 'https://github.com/acme/shop/pull/7' },
      undefined,
      { event: 'push', branch: 'x', pullRequest: { number: '7', isFork: false } },
    ],
    [
      "a fork's pull request on CircleCI",
      { ...circle, CIRCLE_BRANCH: 'pull/7', CIRCLE_PR_NUMBER: '7', CIRCLE_PR_USERNAME: 'mallory', CIRCLE_PR_REPONAME: 'shop' },
      undefined,
      { event: 'pullRequest', pullRequest: { number: '7', isFork: true, source: 'mallory/shop' } },
    ],
    ['a tag on CircleCI', { ...circle, CIRCLE_TAG: 'v1' }, undefined, { event: 'tag', tag: 'v1' }],
    ['a branch on Jenkins', { ...jenkins, BRANCH_NAME: 'feat/x' }, undefined, { system: 'Jenkins', event: 'push', branch: 'feat/x' }],
    ['a plain job on Jenkins', { ...jenkins, GIT_BRANCH: 'origin/feat/x' }, undefined, { event: 'push', branch: 'feat/x' }],
    ['a tag on Jenkins', { ...jenkins, BRANCH_NAME: 'v1', TAG_NAME: 'v1' }, undefined, { event: 'tag', tag: 'v1' }],
    [
      "a fork's change on Jenkins",
      { ...jenkins, BRANCH_NAME: 'PR-7', CHANGE_ID: '7', CHANGE_BRANCH: 'x', CHANGE_TARGET: 'main', CHANGE_FORK: 'mallory' },
      undefined,
      { event: 'pullRequest', branch: 'x', pullRequest: { number: '7', isFork: true, source: 'mallory', targetBranch: 'main' } },
    ],
    [
      'a push on Azure Pipelines',
      { ...azure, BUILD_REASON: 'IndividualCI', BUILD_SOURCEBRANCH: 'refs/heads/feat/x' },
      undefined,
      { system: 'Azure Pipelines', event: 'push', branch: 'feat/x' },
    ],
    [
      'a tag on Azure',
      { ...azure, BUILD_REASON: 'IndividualCI', BUILD_SOURCEBRANCH: 'refs/tags/v1' },
      undefined,
      { event: 'tag', tag: 'v1' },
    ],
    [
      "a fork's pull request on Azure",
      {
        ...azure,
        BUILD_REASON: 'PullRequest',
        BUILD_SOURCEBRANCH: 'refs/pull/7/merge',
        SYSTEM_PULLREQUEST_PULLREQUESTNUMBER: '7',
        SYSTEM_PULLREQUEST_SOURCEBRANCH: 'feat/x',
        SYSTEM_PULLREQUEST_TARGETBRANCH: 'refs/heads/main',
        SYSTEM_PULLREQUEST_ISFORK: 'True',
        SYSTEM_PULLREQUEST_SOURCEREPOSITORYURI: 'https://name:secret@github.com/mallory/shop',
      },
      undefined,
      {
        event: 'pullRequest',
        branch: 'feat/x',
        pullRequest: { number: '7', isFork: true, source: 'https://github.com/mallory/shop', targetBranch: 'main' },
      },
    ],
    [
      'a branch on Bitbucket',
      { ...bitbucket, BITBUCKET_BRANCH: 'feat/x' },
      undefined,
      { system: 'Bitbucket Pipelines', event: 'push', branch: 'feat/x' },
    ],
    [
      'a pull request on Bitbucket',
      { ...bitbucket, BITBUCKET_BRANCH: 'x', BITBUCKET_PR_ID: '7', BITBUCKET_PR_DESTINATION_BRANCH: 'main' },
      undefined,
      { event: 'pullRequest', pullRequest: { number: '7', isFork: false, targetBranch: 'main' } },
    ],
    ['a tag on Bitbucket', { ...bitbucket, BITBUCKET_TAG: 'v1' }, undefined, { event: 'tag', tag: 'v1' }],
  ])('reads %s', (_, env, event, expected) => expect(readCiFacts(env, event)).toMatchObject(expected));

  it.each([undefined, null, 7, 'x', [], {}, { pull_request: 7 }, { pull_request: { number: '7; rm' } }, { repository: { full_name: 7 } }])(
    'ignores an event that is %j',
    (event) => expect(readCiFacts(github, event)).toEqual({ system: 'GitHub Actions', event: 'other' }),
  );

  it('ignores an invalid number', () => {
    expect(readCiFacts({ ...gitlab, CI_MERGE_REQUEST_IID: '7/../8' }).pullRequest).toBeUndefined();
  });

  it.each<[string, Record<string, string>]>([
    ['merge_group', { ...github, GITHUB_EVENT_NAME: 'merge_group' }],
    ['a push to the branch of the queue', { ...github, GITHUB_EVENT_NAME: 'push' }],
  ])('reads the pull request in a merge queue from the ref, and no branch: %s', (_, env) => {
    const GITHUB_REF_NAME = `gh-readonly-queue/release/1/pr-12-${'0a'.repeat(20)}`;
    const facts = readCiFacts({ ...env, GITHUB_REF_TYPE: 'branch', GITHUB_REF: `refs/heads/${GITHUB_REF_NAME}`, GITHUB_REF_NAME });
    expect(facts).toMatchObject({ event: 'pullRequest', pullRequest: { number: '12', isFork: false, targetBranch: 'release/1' } });
    expect(facts.branch).toBeUndefined();
  });

  it('recognises the merge queue if another system builds the repository', () => {
    const branch = `gh-readonly-queue/main/pr-3-${'0a'.repeat(20)}`;
    const queued = { event: 'pullRequest', pullRequest: { number: '3' } };
    expect(readCiFacts({ ...circle, CIRCLE_BRANCH: branch })).toMatchObject(queued);
    expect(readCiFacts({ ...azure, BUILD_REASON: 'IndividualCI', BUILD_SOURCEBRANCH: `refs/heads/${branch}` })).toMatchObject(queued);
    expect(readCiFacts({ ...jenkins, BRANCH_NAME: branch })).toMatchObject(queued);
    expect(readCiFacts({ ...circle, CIRCLE_BRANCH: 'gh-readonly-queue/main' })).toMatchObject({ event: 'push' });
  });

  it.each<[string, Record<string, string>]>([
    ['GitHub', { ...github, GITHUB_SERVER_URL: 'https://github.com', GITHUB_SHA: 'c' }],
    ['GitLab', { ...gitlab, CI_PROJECT_URL: 'https://github.com/acme/shop', CI_COMMIT_SHA: 'c' }],
    ['CircleCI', { ...circle, CIRCLE_REPOSITORY_URL: 'git@github.com:acme/shop.git', CIRCLE_SHA1: 'c' }],
    ['Azure', { ...azure, BUILD_REPOSITORY_URI: 'https://me:secret@github.com/acme/shop', BUILD_SOURCEVERSION: 'c' }],
    ['Bitbucket', { ...bitbucket, BITBUCKET_GIT_HTTP_ORIGIN: 'https://github.com/acme/shop', BITBUCKET_COMMIT: 'c' }],
    ['Jenkins', { ...jenkins, GIT_URL: 'https://token@github.com/acme/shop.git', GIT_COMMIT: 'c' }],
  ])('reads commit and address of the repository, without credentials: %s', (_, env) => {
    expect(readCiFacts(env)).toMatchObject({ commit: 'c', sourceUrl: 'https://github.com/acme/shop' });
  });

  it("uses https for Bitbucket's pages", () => {
    const env = { ...bitbucket, BITBUCKET_GIT_HTTP_ORIGIN: 'http://bitbucket.org/acme/shop' };
    expect(readCiFacts(env).sourceUrl).toBe('https://bitbucket.org/acme/shop');
  });
});
