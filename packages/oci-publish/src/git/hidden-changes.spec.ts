import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readGitFacts } from './read-git-facts';

describe('files that git was told not to look at', () => {
  let folder: string;
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: folder, encoding: 'utf8' }).trim();
  const changedIn = async (workspace = folder) => (await readGitFacts({ folder: workspace, env: {} })).changedPaths;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nx-oci-hidden-'));
    git('init', '-qb', 'main');
    for (const name of ['app/ü 1.ts', 'beside.ts']) {
      mkdirSync(join(folder, 'app'), { recursive: true });
      writeFileSync(join(folder, name), 'committed\n');
    }
    git('add', '.');
    git('commit', '-qm', 'one');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it.each(['--skip-worktree', '--assume-unchanged'])('count as changed where they differ from the commit (%s)', async (flag) => {
    git('update-index', flag, 'app/ü 1.ts', 'beside.ts');
    writeFileSync(join(folder, 'app/ü 1.ts'), 'other\n');
    expect(await changedIn()).toEqual(['app/ü 1.ts']);
    writeFileSync(join(folder, 'beside.ts'), 'other\n');
    expect((await changedIn(join(folder, 'app'))).toSorted()).toEqual(['../beside.ts', 'ü 1.ts']);
  });

  it.each(['--skip-worktree', '--assume-unchanged'])('count as they are where nothing differs (%s)', async (flag) => {
    git('update-index', flag, 'app/ü 1.ts', 'beside.ts');
    expect(await changedIn()).toEqual([]);
  });

  it('do not count where a sparse checkout left them out', async () => {
    git('sparse-checkout', 'set', '--no-cone', '/app/');
    expect(await changedIn()).toEqual([]);
  });

  it('do not count where only their line ends were converted', async () => {
    git('config', 'core.autocrlf', 'true');
    git('update-index', '--skip-worktree', 'app/ü 1.ts');
    writeFileSync(join(folder, 'app/ü 1.ts'), 'committed\r\n');
    expect(await changedIn()).toEqual([]);
  });
});
