import { type CiFacts, type Environment } from '../ci/ci-facts';
import { makeWorkspace, type TestWorkspace } from '../testing/make-workspace';
import { readGitFacts } from './read-git-facts';

/** How each of the six systems says that it builds a tag, and of which commit. */
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
};

describe('the git tags that are built', () => {
  let workspace: TestWorkspace;
  let first: string;
  let head: string;
  const read = async (env: Environment = {}) => (await readGitFacts({ folder: workspace.root, env: { ...env } })).builtTags;

  beforeAll(() => {
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
  });

  afterAll(() => workspace.remove());

  it('are those at HEAD where no CI system names one', async () => {
    expect(await read()).toEqual({ names: ['v1.3.0', 'v1.3.0-rc.1'] });
    expect(await read({ GITLAB_CI: 'true', CI_COMMIT_BRANCH: 'main' })).toEqual({ names: ['v1.3.0', 'v1.3.0-rc.1'] });
  });

  it.each(Object.entries(SYSTEMS))('are the one that %s names, of several at HEAD', async (system, environment) => {
    expect(await read(environment('v1.3.0-rc.1', head))).toEqual({ names: ['v1.3.0-rc.1'], namedBy: system });
    // Not fetched, as in most shallow clones: the commit tells.
    expect(await read(environment('v9.0.0', head))).toEqual({ names: ['v9.0.0'], namedBy: system });
  });

  it.each(Object.entries(SYSTEMS))('are in doubt where %s names one, and another commit is checked out', async (system, environment) => {
    const contradiction = expect.stringMatching(
      new RegExp(`^${system} builds the git tag \\S+, which is not the commit .* \\(${head.slice(0, 7)}\\)$`),
    );
    expect(await read(environment('v1.2.0', first))).toMatchObject({ contradiction });
    expect(await read(environment('v9.0.0', first))).toMatchObject({ contradiction });
    expect(await read(environment('v9.0.0', '0'.repeat(40)))).toMatchObject({ contradiction });
  });

  it('are read through annotated tags, one on another, and where CI names the object of the tag', async () => {
    workspace.git('tag', '-am', 'one', 'inner');
    workspace.git('tag', '-am', 'two', 'v2.0.0', 'inner');
    workspace.git('tag', '-am', 'three', 'v2.0.1', 'v2.0.0');
    const object = workspace.git('rev-parse', 'v2.0.1');
    expect((await read()).names).toEqual(['inner', 'v1.3.0', 'v1.3.0-rc.1', 'v2.0.0', 'v2.0.1']);
    const named: CiFacts['tag'] = 'v9.0.0';
    expect(await read(SYSTEMS['Azure Pipelines']?.(named, object))).toEqual({ names: [named], namedBy: 'Azure Pipelines' });
  });
});
