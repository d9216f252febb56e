import { readCiFacts } from './read-ci-facts';

const buildkite = { BUILDKITE: 'true', BUILDKITE_SOURCE: 'webhook', BUILDKITE_PULL_REQUEST: 'false', BUILDKITE_TAG: '' };
const drone = { DRONE: 'true', CI: 'true', DRONE_REPO_BRANCH: 'trunk' };
const woodpecker = { CI: 'woodpecker', CI_REPO_DEFAULT_BRANCH: 'trunk' };
const travis = { TRAVIS: 'true', TRAVIS_PULL_REQUEST: 'false', TRAVIS_TAG: '' };
const codeBuild = { CODEBUILD_BUILD_ID: 'shop:1' };
const semaphore = { SEMAPHORE: 'true', SEMAPHORE_GIT_REPO_SLUG: 'acme/shop' };
const appVeyor = { APPVEYOR: 'True', APPVEYOR_REPO_NAME: 'acme/shop' };
const onPush = { branch: 'feat/x', event: 'push' };
const ofTag = { tag: 'v1', event: 'tag' };
const ofPullRequest = (isFork: boolean) => ({
  event: 'pullRequest',
  branch: 'x',
  pullRequest: { number: '7', isFork, targetBranch: 'main' },
});

describe('the facts of CI systems', () => {
  it.each<[string, Record<string, string>, object]>([
    ['a push on Buildkite', { ...buildkite, BUILDKITE_BRANCH: 'feat/x' }, { system: 'Buildkite', ...onPush }],
    ['a tag on Buildkite', { ...buildkite, BUILDKITE_BRANCH: 'v1', BUILDKITE_TAG: 'v1' }, ofTag],
    [
      'a tag that is built by hand on Buildkite',
      { ...buildkite, BUILDKITE_SOURCE: 'ui', BUILDKITE_TAG: 'v1' },
      { tag: 'v1', event: 'manual' },
    ],
    [
      'a pull request on Buildkite',
      {
        ...buildkite,
        BUILDKITE_BRANCH: 'x',
        BUILDKITE_PULL_REQUEST: '7',
        BUILDKITE_PULL_REQUEST_BASE_BRANCH: 'main',
        BUILDKITE_PULL_REQUEST_REPO: 'git://github.com/Acme/shop.git',
        BUILDKITE_REPO: 'git@github.com-work:acme/shop.git',
      },
      ofPullRequest(false),
    ],
    [
      "a fork's pull request on Buildkite",
      {
        ...buildkite,
        BUILDKITE_PULL_REQUEST: '7',
        BUILDKITE_PULL_REQUEST_REPO: 'git://github.com/mallory/shop.git',
        BUILDKITE_REPO: 'git@github.com:acme/shop.git',
      },
      { pullRequest: { number: '7', isFork: true, source: 'https://github.com/mallory/shop' } },
    ],
    ['a push on Drone', { ...drone, DRONE_BUILD_EVENT: 'push', DRONE_BRANCH: 'feat/x' }, { ...onPush, defaultBranch: 'trunk' }],
    ['a tag on Drone', { ...drone, DRONE_BUILD_EVENT: 'tag', DRONE_TAG: 'v1', DRONE_BRANCH: 'trunk' }, { system: 'Drone', ...ofTag }],
    ['a tag on Harness', { DRONE_BUILD_EVENT: 'tag', DRONE_TAG: 'v1' }, ofTag],
    ['a promotion of a tag on Drone', { ...drone, DRONE_BUILD_EVENT: 'promote', DRONE_TAG: 'v1' }, { tag: 'v1', event: 'manual' }],
    [
      'a pull request on Drone',
      {
        ...drone,
        DRONE_BUILD_EVENT: 'pull_request',
        DRONE_PULL_REQUEST: '7',
        DRONE_BRANCH: 'main',
        DRONE_SOURCE_BRANCH: 'x',
        DRONE_TARGET_BRANCH: 'main',
      },
      ofPullRequest(false),
    ],
    [
      'a push on Woodpecker',
      { ...woodpecker, CI_PIPELINE_EVENT: 'push', CI_COMMIT_BRANCH: 'feat/x' },
      { ...onPush, defaultBranch: 'trunk' },
    ],
    ['a tag on Woodpecker', { ...woodpecker, CI_PIPELINE_EVENT: 'tag', CI_COMMIT_TAG: 'v1' }, { system: 'Woodpecker CI', ...ofTag }],
    ['a release on Woodpecker', { ...woodpecker, CI_PIPELINE_EVENT: 'release', CI_COMMIT_TAG: 'v1' }, ofTag],
    [
      'a pull request on Woodpecker',
      {
        ...woodpecker,
        CI_PIPELINE_EVENT: 'pull_request',
        CI_COMMIT_PULL_REQUEST: '7',
        CI_COMMIT_BRANCH: 'main',
        CI_COMMIT_SOURCE_BRANCH: 'x',
        CI_COMMIT_TARGET_BRANCH: 'main',
      },
      ofPullRequest(false),
    ],
    ['a push on Travis CI', { ...travis, TRAVIS_EVENT_TYPE: 'push', TRAVIS_BRANCH: 'feat/x' }, { system: 'Travis CI', ...onPush }],
    ['a tag on Travis CI', { ...travis, TRAVIS_EVENT_TYPE: 'push', TRAVIS_BRANCH: 'v1', TRAVIS_TAG: 'v1' }, ofTag],
    [
      "a fork's pull request on Travis CI",
      {
        ...travis,
        TRAVIS_EVENT_TYPE: 'pull_request',
        TRAVIS_BRANCH: 'main',
        TRAVIS_PULL_REQUEST: '7',
        TRAVIS_PULL_REQUEST_BRANCH: 'x',
        TRAVIS_PULL_REQUEST_SLUG: 'mallory/shop',
        TRAVIS_REPO_SLUG: 'acme/shop',
      },
      ofPullRequest(true),
    ],
    ['a push on CodeBuild', { ...codeBuild, CODEBUILD_WEBHOOK_TRIGGER: 'branch/feat/x' }, { system: 'AWS CodeBuild', ...onPush }],
    ['a tag on CodeBuild', { ...codeBuild, CODEBUILD_WEBHOOK_TRIGGER: 'tag/v1' }, ofTag],
    [
      'a tag that is built by hand on CodeBuild',
      { ...codeBuild, CODEBUILD_SOURCE_VERSION: `refs/tags/v1^{${'0a'.repeat(20)}}` },
      { tag: 'v1', event: 'manual' },
    ],
    [
      'a pull request on CodeBuild',
      {
        ...codeBuild,
        CODEBUILD_WEBHOOK_TRIGGER: 'pr/7',
        CODEBUILD_WEBHOOK_HEAD_REF: 'refs/heads/x',
        CODEBUILD_WEBHOOK_BASE_REF: 'refs/heads/main',
      },
      ofPullRequest(false),
    ],
    ['a push on Semaphore', { ...semaphore, SEMAPHORE_GIT_REF_TYPE: 'branch', SEMAPHORE_GIT_BRANCH: 'feat/x' }, onPush],
    [
      'a tag on Semaphore',
      { ...semaphore, SEMAPHORE_GIT_REF_TYPE: 'tag', SEMAPHORE_GIT_TAG_NAME: 'v1' },
      { system: 'Semaphore', ...ofTag },
    ],
    [
      "a fork's pull request on Semaphore",
      {
        ...semaphore,
        SEMAPHORE_GIT_REF_TYPE: 'pull-request',
        SEMAPHORE_GIT_BRANCH: 'main',
        SEMAPHORE_GIT_PR_BRANCH: 'x',
        SEMAPHORE_GIT_PR_NUMBER: '7',
        SEMAPHORE_GIT_PR_SLUG: 'mallory/shop',
      },
      ofPullRequest(true),
    ],
    ['a push on AppVeyor', { ...appVeyor, APPVEYOR_REPO_TAG: 'false', APPVEYOR_REPO_BRANCH: 'feat/x' }, { system: 'AppVeyor', ...onPush }],
    ['a tag on AppVeyor', { ...appVeyor, APPVEYOR_REPO_TAG: 'true', APPVEYOR_REPO_TAG_NAME: 'v1', APPVEYOR_REPO_BRANCH: 'main' }, ofTag],
    [
      "a fork's pull request on AppVeyor",
      {
        ...appVeyor,
        APPVEYOR_REPO_BRANCH: 'main',
        APPVEYOR_PULL_REQUEST_NUMBER: '7',
        APPVEYOR_PULL_REQUEST_HEAD_REPO_NAME: 'mallory/shop',
        APPVEYOR_PULL_REQUEST_HEAD_REPO_BRANCH: 'x',
      },
      ofPullRequest(true),
    ],
    ['the commit on TeamCity', { TEAMCITY_VERSION: '2026.1', BUILD_VCS_NUMBER: 'c' }, { system: 'TeamCity', event: 'other', commit: 'c' }],
  ])('reads %s', (_, env, expected) => {
    const facts = readCiFacts(env);
    expect(facts).toMatchObject(expected);
    // In builds of tags, some systems set the branch to the tag, or to the branch that the tag may be on.
    expect('tag' in expected && facts.branch !== undefined).toBe(false);
  });

  it('recognises a pull request by its variables under another event, so that its branch does not count as a push', () => {
    const child = { CI_PIPELINE_SOURCE: 'parent_pipeline', CI_MERGE_REQUEST_IID: '7', CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: 'main' };
    expect(readCiFacts({ GITLAB_CI: 'true', ...child })).toMatchObject({ event: 'pullRequest', branch: 'main' });
    const comment = { GITHUB_ACTIONS: 'true', GITHUB_EVENT_NAME: 'pull_request_review_comment', GITHUB_REF: 'refs/pull/7/merge' };
    expect(readCiFacts(comment)).toMatchObject({ event: 'pullRequest', pullRequest: { number: '7' } });
  });

  it('ignores git tags in a pull request', () => {
    const facts = readCiFacts({ ...buildkite, BUILDKITE_PULL_REQUEST: '7', BUILDKITE_TAG: 'v1' });
    expect(facts).toMatchObject({ event: 'pullRequest' });
    expect(facts.tag).toBeUndefined();
  });

  it('reads the merge queue of GitHub on Buildkite, and a merge train of GitLab', () => {
    const branch = `gh-readonly-queue/main/pr-3-${'0a'.repeat(20)}`;
    const queued = { event: 'pullRequest', pullRequest: { number: '3', targetBranch: 'main', isQueued: true } };
    expect(readCiFacts({ ...buildkite, BUILDKITE_BRANCH: branch })).toMatchObject(queued);
    const train = { CI_MERGE_REQUEST_EVENT_TYPE: 'merge_train', CI_MERGE_REQUEST_IID: '3', CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main' };
    expect(readCiFacts({ GITLAB_CI: 'true', CI_PIPELINE_SOURCE: 'merge_request_event', ...train })).toMatchObject(queued);
  });
});
