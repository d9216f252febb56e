import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { compareCommits } from './compare-commits';
import { nearestTags } from './nearest-tag';
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

  it('says that a folder is no repository, and how to make it one', async () => {
    await expect(read()).rejects.toMatchObject({ code: 'GIT_UNAVAILABLE', hint: expect.stringContaining('git init') });
  });

  it('says that a repository has no commit yet', async () => {
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
      isShallow: false,
      tagsAtHead: ['v1.2.3'],
      sourceUrl: 'https://github.com/acme/shop',
    });
    writeFileSync(join(folder, 'untracked'), '');
    expect((await read()).isDirty).toBe(true);
  });

  it('knows a detached HEAD: on the default branch only where it is its tip, or where CI says so', async () => {
    git('init', '-qb', 'main');
    const [first, second] = [commit('one'), commit('two')];
    git('checkout', '-q', second);
    expect(await read()).toMatchObject({ branch: undefined, isOnDefaultBranch: true });
    git('checkout', '-q', first);
    expect(await read()).toMatchObject({ branch: undefined, isOnDefaultBranch: false });
    expect(await read({ GITHUB_REF_TYPE: 'branch', GITHUB_REF_NAME: 'main' })).toMatchObject({ branch: 'main', isOnDefaultBranch: true });
    expect(await read({ GITHUB_REF_TYPE: 'tag', GITHUB_REF_NAME: 'v1.0.0' })).toMatchObject({ branch: undefined });
  });

  it('reads a shallow clone', async () => {
    git('init', '-qb', 'main');
    commit('one');
    const second = commit('two');
    git('clone', '-q', '--depth=1', `file://${folder}`, 'clone');
    expect(await readGitFacts({ folder: join(folder, 'clone'), env: {} })).toMatchObject({ commit: second, isShallow: true });
  });

  it('finds the nearest release tag and leaves pre-releases out', async () => {
    git('init', '-qb', 'main');
    commit('one');
    git('tag', 'v1.0.0');
    commit('two');
    git('tag', 'v2.0.0-rc.1');
    commit('three');
    expect(await nearestTags(folder, 'v[0-9]*', 'v*-*')).toEqual(['v1.0.0']);
    expect(await nearestTags(folder, 'api@[0-9]*', 'api@*-*')).toEqual([]);
  });

  it('compares commits, and says when it cannot', async () => {
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
  });
});
