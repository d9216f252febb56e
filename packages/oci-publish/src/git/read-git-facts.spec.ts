import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { compareCommits } from './compare-commits';
import { makeReleasePattern } from '../tags/versions/release-pattern';
import { readGitFacts } from './read-git-facts';

describe('git facts', () => {
  let folder: string;
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  const commit = (name: string) => {
    writeFileSync(join(folder, name), name);
    git('add', '.');
    git('commit', '-qm', name);
    return git('rev-parse', 'HEAD');
  };
  const read = (env: NodeJS.ProcessEnv = {}) => readGitFacts({ folder, env });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nx-oci-git-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('reports that a folder is not a repository, and how to make it one', async () => {
    await expect(read()).rejects.toMatchObject({ code: 'GIT_UNAVAILABLE', hint: expect.stringContaining('git init') });
  });

  it('reports that a repository has no commit yet', async () => {
    git('init', '-qb', 'main');
    await expect(read()).rejects.toMatchObject({ code: 'GIT_UNAVAILABLE', message: expect.stringContaining('no commits yet') });
  });

  it('reads commit, time, branch and cleanliness', async () => {
    git('init', '-qb', 'main');
    const id = commit('one');
    git('tag', 'v1.2.3');
    git('remote', 'add', 'origin', 'git@github.com:acme/shop.git');
    expect(await read()).toEqual({
      commit: id,
      commitTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      branch: 'main',
      defaultBranch: 'main',
      isOnDefaultBranch: true,
      isDirty: false,
      changedFiles: { count: 0, named: [] },
      changedPaths: [],
      askWhetherShallow: expect.any(Function),
      builtTags: { names: ['v1.2.3'] },
      findNearestTags: expect.any(Function),
      ci: { event: 'local' },
      sourceUrl: 'https://github.com/acme/shop',
    });
  });

  it('lists uncommitted changes: changed, new, renamed and deleted files', async () => {
    git('init', '-qb', 'main');
    for (const name of ['changed', 'renamed', 'deleted']) commit(name);
    writeFileSync(join(folder, 'changed'), 'otherwise');
    writeFileSync(join(folder, 'näw "file"'), '');
    git('mv', 'renamed', 'other name');
    rmSync(join(folder, 'deleted'));
    const { isDirty, changedFiles } = await read();
    expect(isDirty).toBe(true);
    expect(changedFiles.count).toBe(5);
    expect([...changedFiles.named].sort()).toEqual(['changed', 'deleted', 'näw "file"', 'other name', 'renamed']);
  });

  it('lists both paths of a moved file, but only the new one of a copied file', async () => {
    git('init', '-qb', 'main');
    for (const name of ['moved', 'model']) commit(name);
    git('mv', 'moved', 'docs');
    writeFileSync(join(folder, 'copy'), 'model');
    git('add', '.');
    expect([...(await read()).changedPaths].sort()).toEqual(['copy', 'docs', 'moved']);
    git('config', 'status.renames', 'copies');
    writeFileSync(join(folder, 'model'), 'model, changed');
    git('add', '.');
    expect([...(await read()).changedPaths].sort()).toEqual(['copy', 'docs', 'model', 'moved']);
  });

  it('refuses a working tree that git cannot compare with the commit', async () => {
    git('init', '-qb', 'main');
    commit('one');
    writeFileSync(join(folder, 'one'), 'changed');
    // Like a submodule whose repository is missing; the tree must not count as clean.
    git('init', '-q', 'inner');
    git('-C', 'inner', '-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '-q', '--allow-empty', '-m', 'inner');
    git('add', 'inner');
    writeFileSync(join(folder, 'inner/.git', 'HEAD'), 'no ref');
    await expect(read()).rejects.toMatchObject({ code: 'GIT_UNAVAILABLE', message: expect.stringContaining('differ from the commit') });
  });

  it('lists uncommitted files relative to the workspace root, anywhere in the repository', async () => {
    git('init', '-qb', 'main');
    commit('one');
    mkdirSync(join(folder, 'ws/new'), { recursive: true });
    for (const file of ['ws/new/a', 'ws/new/b', 'beside']) writeFileSync(join(folder, file), '');
    const { changedPaths } = await readGitFacts({ folder: join(folder, 'ws'), env: {} });
    expect([...changedPaths].sort()).toEqual(['../beside', 'new/a', 'new/b']);
  });

  it('lists a conflicted file', async () => {
    git('init', '-qb', 'main');
    commit('one');
    git('checkout', '-qb', 'feat/a+b');
    writeFileSync(join(folder, 'one'), 'ours');
    git('commit', '-qam', 'ours');
    git('checkout', '-q', 'main');
    writeFileSync(join(folder, 'one'), 'theirs');
    git('commit', '-qam', 'theirs');
    git('checkout', '-q', 'feat/a+b');
    expect(() => git('merge', 'main')).toThrow();
    expect(await read()).toMatchObject({ branch: 'feat/a+b', changedFiles: { count: 1, named: ['one'] } });
  });

  it('reads the default branch from the clone', async () => {
    git('init', '-qb', 'trunk');
    commit('one');
    git('clone', '-q', `file://${folder}`, 'clone');
    expect(await readGitFacts({ folder: join(folder, 'clone'), env: {} })).toMatchObject({
      defaultBranch: 'trunk',
      isOnDefaultBranch: true,
    });
  });

  it('counts a detached HEAD as the default branch only at its tip, or if CI says so', async () => {
    git('init', '-qb', 'main');
    const [first, second] = [commit('one'), commit('two')];
    git('checkout', '-q', second);
    expect(await read()).toMatchObject({ branch: undefined, isOnDefaultBranch: true });
    git('checkout', '-q', first);
    expect(await read()).toMatchObject({ branch: undefined, isOnDefaultBranch: false });
    expect(await read({ GITHUB_ACTIONS: 'true', GITHUB_REF_TYPE: 'branch', GITHUB_REF_NAME: 'main' })).toMatchObject({
      branch: 'main',
      isOnDefaultBranch: true,
    });
    expect(await read({ GITHUB_ACTIONS: 'true', GITHUB_REF_TYPE: 'tag', GITHUB_REF_NAME: 'v1.0.0' })).toMatchObject({ branch: undefined });
  });

  it.each(['push', 'workflow_dispatch', 'issue_comment'])(
    'does not use the branch of CI for another commit than CI builds: %s',
    async (event) => {
      git('init', '-qb', 'main');
      const built = commit('one');
      git('tag', '-am', 'its own object', 'v1.0.0');
      git('checkout', '-q', '--detach');
      const env = { GITHUB_ACTIONS: 'true', GITHUB_EVENT_NAME: event, GITHUB_REF: 'refs/heads/main', GITHUB_SHA: built };
      expect(await read(env)).toMatchObject({ branch: 'main', isOnDefaultBranch: true });
      expect(await read({ ...env, GITHUB_SHA: git('rev-parse', 'v1.0.0') })).toMatchObject({ branch: 'main', isOnDefaultBranch: true });
      // As when a comment or an input selects the commit, such as the merge of a pull request.
      commit('two');
      expect(await read(env)).toMatchObject({ branch: undefined, isOnDefaultBranch: false });
      // A job that moves the branch there, such as a release, is on it.
      git('branch', '-qf', 'main', 'HEAD');
      expect(await read(env)).toMatchObject({ branch: undefined, isOnDefaultBranch: true });
      expect(await read({ ...env, GITHUB_SHA: '0'.repeat(40), GITHUB_REF: 'refs/heads/other' })).toMatchObject({ branch: undefined });
    },
  );

  it('reads a shallow clone', async () => {
    git('init', '-qb', 'main');
    commit('one');
    const second = commit('two');
    git('clone', '-q', '--depth=1', `file://${folder}`, 'clone');
    const clone = await readGitFacts({ folder: join(folder, 'clone'), env: {} });
    expect(clone).toMatchObject({ commit: second, defaultBranch: 'main' });
    expect(await clone.askWhetherShallow()).toBe(true);
    expect(await (await read()).askWhetherShallow()).toBe(false);
  });

  it('finds the nearest release tag without pre-releases', async () => {
    git('init', '-qb', 'main');
    commit('one');
    git('tag', 'v1.0.0');
    commit('two');
    git('tag', 'v2.0.0-rc.1');
    commit('three');
    const { findNearestTags } = await read();
    const nearest = (pattern: string) => {
      const found = makeReleasePattern(pattern, { projectName: 'api' })!;
      return findNearestTags({
        glob: found.glob,
        excludedGlob: found.preReleaseGlob,
        isWanted: (name) => found.versionOf(name) !== undefined,
      });
    };
    expect(await nearest('v{version}')).toEqual(['v1.0.0']);
    expect(await nearest('{projectName}@{version}')).toEqual([]);
  });

  it('finds all release tags of the nearest commit, including annotated ones', async () => {
    git('init', '-qb', 'main');
    commit('one');
    git('tag', 'release/v1.0.0');
    git('tag', '-am', 'one', 'release/v1.1.0');
    git('tag', 'nightly');
    commit('two');
    const { findNearestTags, builtTags } = await read();
    expect(builtTags.names).toEqual([]);
    const isWanted = (name: string) => name.startsWith('release/');
    expect(await findNearestTags({ glob: 'release/v[0-9]*', excludedGlob: 'release/v[0-9]*-*', isWanted })).toEqual([
      'release/v1.0.0',
      'release/v1.1.0',
    ]);
  });

  it('does not treat a pull request as its source branch, nor its target as the default branch', async () => {
    git('init', '-qb', 'main');
    commit('one');
    const env = { GITHUB_ACTIONS: 'true', GITHUB_EVENT_NAME: 'pull_request', GITHUB_REF: 'refs/pull/7/merge', GITHUB_HEAD_REF: 'feat/x' };
    expect(await read(env)).toMatchObject({
      branch: 'feat/x',
      isOnDefaultBranch: false,
      ci: { pullRequest: { number: '7', isFork: false } },
    });
    expect(await read({ ...env, GITHUB_HEAD_REF: 'main' })).toMatchObject({ branch: 'main', isOnDefaultBranch: false });
  });

  it('compares commits, or reports that it cannot', async () => {
    git('init', '-qb', 'main');
    const [first, second] = [commit('one'), commit('two')];
    git('checkout', '-qb', 'side', first);
    const side = commit('three');
    expect(await compareCommits(folder, second, first)).toBe('descendant');
    expect(await compareCommits(folder, first, second)).toBe('ancestor');
    expect(await compareCommits(folder, second, side)).toBe('diverged');
    expect(await compareCommits(folder, first, first)).toBe('same');
    expect(await compareCommits(folder, first, 'f'.repeat(40))).toBe('unknown');
    expect(await compareCommits(folder, first, '--output=/tmp/x')).toBe('unknown');
    // The label of a foreign image must not reach git as a ref or an option.
    for (const label of ['main', 'HEAD~1', '--all', '--help', `${first} ${second}`]) {
      expect(await compareCommits(folder, second, label)).toBe('unknown');
    }
  });
});
