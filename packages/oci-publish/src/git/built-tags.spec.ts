import { type CiFacts, type Environment } from '../ci/facts/ci-facts';
import { readCiFacts } from '../ci/read-ci-facts';
import { makeWorkspace, type TestWorkspace } from '../testing/make-workspace';
import { readBuiltTags } from './built-tags';
import { readGitFacts } from './read-git-facts';
import { type GitTag, readRefs } from './read-refs';

/** How each system reports a build of a tag, and its commit. */
const SYSTEMS: Readonly<Record<string, (tag: string, commit: string) => Environment>> = {
  'GitHub Actions': (tag, commit) => ({
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_REF: `refs/tags/${tag}`,
    GITHUB_SHA: commit,
  }),
  'GitLab CI': (tag, commit) => ({ GITLAB_CI: 'true', CI_PIPELINE_SOURCE: 'push', CI_COMMIT_TAG: tag, CI_COMMIT_SHA: commit }),
  'Azure Pipelines': (tag, commit) => ({
    TF_BUILD: 'True',
    BUILD_REASON: 'IndividualCI',
    BUILD_SOURCEBRANCH: `refs/tags/${tag}`,
    BUILD_SOURCEVERSION: commit,
  }),
  'Bitbucket Pipelines': (tag, commit) => ({ BITBUCKET_BUILD_NUMBER: '1', BITBUCKET_TAG: tag, BITBUCKET_COMMIT: commit }),
  CircleCI: (tag, commit) => ({ CIRCLECI: 'true', CIRCLE_TAG: tag, CIRCLE_SHA1: commit }),
  Jenkins: (tag, commit) => ({ JENKINS_URL: 'https://ci.example/', TAG_NAME: tag, GIT_COMMIT: commit }),
  Buildkite: (tag, commit) => ({ BUILDKITE: 'true', BUILDKITE_BRANCH: tag, BUILDKITE_TAG: tag, BUILDKITE_COMMIT: commit }),
  Drone: (tag, commit) => ({ DRONE: 'true', DRONE_BUILD_EVENT: 'tag', DRONE_TAG: tag, DRONE_COMMIT_SHA: commit }),
  'Woodpecker CI': (tag, commit) => ({ CI: 'woodpecker', CI_PIPELINE_EVENT: 'tag', CI_COMMIT_TAG: tag, CI_COMMIT_SHA: commit }),
  'Travis CI': (tag, commit) => ({ TRAVIS: 'true', TRAVIS_EVENT_TYPE: 'push', TRAVIS_TAG: tag, TRAVIS_COMMIT: commit }),
  'AWS CodeBuild': (tag, commit) => ({
    CODEBUILD_BUILD_ID: 'shop:1',
    CODEBUILD_WEBHOOK_TRIGGER: `tag/${tag}`,
    CODEBUILD_RESOLVED_SOURCE_VERSION: commit,
  }),
  Semaphore: (tag, commit) => ({
    SEMAPHORE: 'true',
    SEMAPHORE_GIT_REF_TYPE: 'tag',
    SEMAPHORE_GIT_TAG_NAME: tag,
    SEMAPHORE_GIT_SHA: commit,
  }),
  AppVeyor: (tag, commit) => ({
    APPVEYOR: 'true',
    APPVEYOR_REPO_TAG: 'true',
    APPVEYOR_REPO_TAG_NAME: tag,
    APPVEYOR_REPO_COMMIT: commit,
  }),
};

const queue = `gh-readonly-queue/main/pr-12-${'0a'.repeat(20)}`;
const mergeRequest = { GITLAB_CI: 'true', CI_PIPELINE_SOURCE: 'merge_request_event', CI_MERGE_REQUEST_IID: '12' };

/** Builds of unreleased commits, and their names in messages. */
const PULL_REQUESTS: Readonly<Record<string, readonly [Environment, string]>> = {
  'a pull request on GitHub': [
    { GITHUB_ACTIONS: 'true', GITHUB_EVENT_NAME: 'pull_request', GITHUB_REF: 'refs/pull/12/merge' },
    'pull request 12',
  ],
  'merge_group on GitHub': [
    { GITHUB_ACTIONS: 'true', GITHUB_EVENT_NAME: 'merge_group', GITHUB_REF: `refs/heads/${queue}` },
    'pull request 12 in the merge queue of main',
  ],
  'merge_group without its ref': [{ GITHUB_ACTIONS: 'true', GITHUB_EVENT_NAME: 'merge_group' }, 'a pull request'],
  'a merge request on GitLab': [mergeRequest, 'pull request 12'],
  'a merge train on GitLab': [
    { ...mergeRequest, CI_MERGE_REQUEST_EVENT_TYPE: 'merge_train', CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main' },
    'pull request 12 in the merge queue of main',
  ],
  'a pull request on Azure': [{ TF_BUILD: 'True', BUILD_REASON: 'PullRequest', SYSTEM_PULLREQUEST_PULLREQUESTID: '12' }, 'pull request 12'],
  'a pull request on Bitbucket': [{ BITBUCKET_BUILD_NUMBER: '1', BITBUCKET_PR_ID: '12' }, 'pull request 12'],
  'the branch of a pull request on CircleCI': [
    { CIRCLECI: 'true', CIRCLE_BRANCH: 'x', CIRCLE_PULL_REQUEST: 'https://github.com/acme/shop/pull/12' },
    'pull request 12',
  ],
  'a change on Jenkins': [{ JENKINS_URL: 'https://ci.example/', CHANGE_ID: '12', CHANGE_BRANCH: 'x' }, 'pull request 12'],
  'a pull request on Buildkite': [{ BUILDKITE: 'true', BUILDKITE_PULL_REQUEST: '12' }, 'pull request 12'],
  'a pull request on Drone': [{ DRONE: 'true', DRONE_BUILD_EVENT: 'pull_request', DRONE_PULL_REQUEST: '12' }, 'pull request 12'],
  'a pull request on Woodpecker': [
    { CI: 'woodpecker', CI_PIPELINE_EVENT: 'pull_request', CI_COMMIT_PULL_REQUEST: '12' },
    'pull request 12',
  ],
};

describe('the git tags that are built', () => {
  let workspace: TestWorkspace;
  let first: string;
  let head: string;
  let tags: readonly GitTag[];
  const read = (env: Environment) => readBuiltTags({ folder: workspace.root, commit: head, tags }, readCiFacts(env, undefined));
  /** Reads them like a publish. */
  const readAll = async (env: Environment = {}) => (await readGitFacts({ folder: workspace.root, env: { ...env } })).builtTags;

  beforeAll(async () => {
    workspace = makeWorkspace();
    workspace.write('one', '1');
    workspace.commit('first');
    first = workspace.git('rev-parse', 'HEAD');
    workspace.git('tag', 'v1.2.0');
    workspace.write('two', '2');
    workspace.commit('second');
    head = workspace.git('rev-parse', 'HEAD');
    workspace.git('tag', 'v1.3.0-rc.1');
    workspace.git('tag', 'v1.3.0');
    ({ tags } = await readRefs(workspace.root));
  });

  afterAll(() => workspace.remove());

  it('are those at HEAD if no CI system names one', async () => {
    expect(await readAll()).toEqual({ names: ['v1.3.0', 'v1.3.0-rc.1'] });
    expect(await readAll({ GITLAB_CI: 'true', CI_COMMIT_BRANCH: 'main' })).toEqual({ names: ['v1.3.0', 'v1.3.0-rc.1'] });
  });

  it.each(Object.entries(SYSTEMS))('are the one that %s names, of several at HEAD', async (system, environment) => {
    expect(await read(environment('v1.3.0-rc.1', head))).toEqual({ names: ['v1.3.0-rc.1'], namedBy: system });
    // Not fetched, as in most shallow clones: the commit decides.
    expect(await read(environment('v9.0.0', head))).toEqual({ names: ['v9.0.0'], namedBy: system });
  });

  it.each(Object.entries(PULL_REQUESTS))('are none in %s, even with a release tag at HEAD', async (_, [env, pullRequest]) => {
    expect(await read(env)).toEqual({ names: [], pullRequest });
  });

  it.each(Object.entries(SYSTEMS))('are uncertain if %s names one, but another commit is checked out', async (system, environment) => {
    const contradiction = expect.stringMatching(
      new RegExp(`^${system} builds the git tag \\S+, but another commit is checked out \\(${head.slice(0, 7)}\\)$`),
    );
    expect(await read(environment('v1.2.0', first))).toMatchObject({ contradiction });
    expect(await read(environment('v9.0.0', first))).toMatchObject({ contradiction });
    expect(await read(environment('v9.0.0', '0'.repeat(40)))).toMatchObject({ contradiction });
  });

  it('are read through nested annotated tags, and if CI names the tag object', async () => {
    workspace.git('tag', '-am', 'one', 'inner');
    workspace.git('tag', '-am', 'two', 'v2.0.0', 'inner');
    workspace.git('tag', '-am', 'three', 'v2.0.1', 'v2.0.0');
    const object = workspace.git('rev-parse', 'v2.0.1');
    expect((await readAll()).names).toEqual(['inner', 'v1.3.0', 'v1.3.0-rc.1', 'v2.0.0', 'v2.0.1']);
    const named: CiFacts['tag'] = 'v9.0.0';
    expect(await readAll(SYSTEMS['Azure Pipelines']?.(named, object))).toEqual({ names: [named], namedBy: 'Azure Pipelines' });
  });
});
