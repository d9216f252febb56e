import { execFileSync } from 'node:child_process';

import { makeWorkspace, type TestWorkspace } from '../testing/make-workspace';
import { changesReader, recentCommits, type Sides } from './changes-since';

describe('what changed since a commit', () => {
  let workspace: TestWorkspace;
  beforeEach(() => {
    workspace = makeWorkspace();
  });
  afterEach(() => workspace.remove());

  const commit = (...files: readonly string[]): string => {
    for (const file of files) workspace.write(file, `${Math.random()}`);
    return workspace.commit(files.join());
  };
  const filesSince = async (revision: string, folder = workspace.root, sides: Sides = 'ours') => {
    const changes = await changesReader(folder, workspace.git('rev-parse', 'HEAD'))(revision, sides);
    return changes.kind === 'known' ? [...changes.files].sort() : changes.reason;
  };

  it('includes later commits, the working tree and new files', async () => {
    const first = commit('a', 'b', 'c');
    commit('a', 'folder/mit Raum "ü"');
    workspace.write('b', 'not committed');
    workspace.write('new', '');
    workspace.write('dist/ignored', '');
    expect(await filesSince(first)).toEqual(['a', 'b', 'folder/mit Raum "ü"', 'new']);
  });

  it('includes both paths of a moved file', async () => {
    const first = commit('from');
    workspace.git('mv', 'from', 'to');
    workspace.commit('move');
    expect(await filesSince(first)).toEqual(['from', 'to']);
  });

  it('excludes changes of the other side only, or includes them', async () => {
    commit('a');
    workspace.git('checkout', '-qb', 'side');
    commit('ours');
    workspace.git('checkout', '-q', 'main');
    const theirs = commit('theirs');
    workspace.git('checkout', '-q', 'side');
    expect(await filesSince(theirs)).toEqual(['ours']);
    expect(await filesSince(theirs, workspace.root, 'both')).toEqual(['ours', 'theirs']);
  });

  it('only has uncommitted changes since a later commit', async () => {
    const first = commit('a');
    const later = commit('b');
    workspace.git('checkout', '-q', first);
    workspace.write('new', '');
    expect(await filesSince(later, workspace.root, 'both')).toEqual(['new']);
  });

  it('is relative to the workspace, anywhere in the repository', async () => {
    const first = commit('a');
    commit('ws/lib/x', 'beside');
    expect(await filesSince(first, `${workspace.root}/ws`)).toEqual(['lib/x']);
  });

  it('is unknown if git cannot compare', async () => {
    commit('a');
    expect(await filesSince('0123456789abcdef0123456789abcdef01234567')).toBe('0123456 is not in this clone');
    expect(await filesSince('--output=x')).toBe('the published image does not name a git commit');
    const other = execFileSync('git', ['commit-tree', '-m', 'x', 'HEAD^{tree}'], {
      cwd: workspace.root,
      encoding: 'utf8',
      env: { ...process.env, GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@b', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@b' },
    }).trim();
    expect(await filesSince(other)).toMatch(/has no history in common/);
  });

  it('comes with the last commits, newest first', async () => {
    const ids = [commit('a'), commit('b'), commit('c')];
    expect(await recentCommits(workspace.root, 2)).toEqual([ids[2], ids[1]]);
  });
});
