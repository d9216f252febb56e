import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { changesReader } from './changes-since';
import { readGitFacts } from './read-git-facts';

describe('files that git is set to skip', () => {
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

  it.each(['--skip-worktree', '--assume-unchanged'])('count as changed if they differ from the commit (%s)', async (flag) => {
    git('update-index', flag, 'app/ü 1.ts', 'beside.ts');
    writeFileSync(join(folder, 'app/ü 1.ts'), 'other\n');
    expect(await changedIn()).toEqual(['app/ü 1.ts']);
    writeFileSync(join(folder, 'beside.ts'), 'other\n');
    expect((await changedIn(join(folder, 'app'))).toSorted()).toEqual(['../beside.ts', 'ü 1.ts']);
  });

  it.each(['--skip-worktree', '--assume-unchanged'])('count as unchanged if nothing differs (%s)', async (flag) => {
    git('update-index', flag, 'app/ü 1.ts', 'beside.ts');
    expect(await changedIn()).toEqual([]);
    expect(await changedIn(join(folder, 'app'))).toEqual([]);
  });

  it('count as changed if they were removed, unless by a sparse checkout', async () => {
    git('update-index', '--assume-unchanged', 'app/ü 1.ts');
    git('update-index', '--skip-worktree', 'beside.ts');
    rmSync(join(folder, 'app/ü 1.ts'));
    rmSync(join(folder, 'beside.ts'));
    expect((await changedIn()).toSorted()).toEqual(['app/ü 1.ts', 'beside.ts']);
  });

  it.each(['--skip-worktree', '--assume-unchanged'])('count as changed if only their mode differs (%s)', async (flag) => {
    git('update-index', flag, 'app/ü 1.ts', 'beside.ts');
    chmodSync(join(folder, 'app/ü 1.ts'), 0o755);
    expect(await changedIn()).toEqual(['app/ü 1.ts']);
  });

  it('count as changed if they became a link, or if a link changed its target', async () => {
    symlinkSync('beside.ts', join(folder, 'link'));
    git('add', '.');
    git('commit', '-qm', 'link');
    git('update-index', '--assume-unchanged', 'beside.ts', 'link');
    expect(await changedIn()).toEqual([]);
    for (const name of ['beside.ts', 'link']) {
      rmSync(join(folder, name));
      symlinkSync('app', join(folder, name));
    }
    expect((await changedIn()).toSorted()).toEqual(['beside.ts', 'link']);
  });

  it('do not count if a sparse checkout left them out', async () => {
    git('sparse-checkout', 'set', '--no-cone', '/app/');
    expect(await changedIn()).toEqual([]);
  });

  it('do not count if only their line ends were converted', async () => {
    git('config', 'core.autocrlf', 'true');
    git('update-index', '--skip-worktree', 'app/ü 1.ts');
    writeFileSync(join(folder, 'app/ü 1.ts'), 'committed\r\n');
    expect(await changedIn()).toEqual([]);
  });

  describe('and modes, which git is set to ignore', () => {
    const write = (name: string, mode: number) => {
      writeFileSync(join(folder, name), 'x');
      chmodSync(join(folder, name), mode);
    };

    beforeEach(() => {
      write('run.sh', 0o755);
      git('add', '.');
      git('commit', '-qm', 'program');
      git('config', 'core.fileMode', 'false');
    });

    it('count as changed if they differ', async () => {
      expect(await changedIn()).toEqual([]);
      chmodSync(join(folder, 'beside.ts'), 0o755);
      expect(await changedIn()).toEqual(['beside.ts']);
    });

    it('do not count on a file system without modes', async () => {
      for (const name of ['run.sh', 'beside.ts', 'app/ü 1.ts']) chmodSync(join(folder, name), 0o777);
      expect(await changedIn()).toEqual([]);
      for (const name of ['run.sh', 'beside.ts', 'app/ü 1.ts']) chmodSync(join(folder, name), 0o644);
      expect(await changedIn()).toEqual([]);
    });
  });

  it('are refused if git cannot list them', async () => {
    const real = execFileSync('which', ['git'], { encoding: 'utf8' }).trim();
    const bin = mkdtempSync(join(tmpdir(), 'nx-oci-git-'));
    writeFileSync(join(bin, 'git'), `#!/bin/sh\ncase "$*" in *" ls-files "*) echo broken >&2; exit 128;; esac\nexec ${real} "$@"\n`, {
      mode: 0o755,
    });
    const { PATH } = process.env;
    process.env['PATH'] = `${bin}:${PATH}`;
    try {
      await expect(changedIn()).rejects.toMatchObject({
        code: 'GIT_UNAVAILABLE',
        message: 'Cannot find out which files differ from the commit: broken',
      });
    } finally {
      process.env['PATH'] = PATH;
      rmSync(bin, { recursive: true });
    }
  });
});

describe('a submodule that git is set to ignore', () => {
  let folder: string;
  const git = (place: string, ...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'protocol.file.allow=always', ...args], {
      cwd: join(folder, place),
      encoding: 'utf8',
    }).trim();
  const changed = async () => (await readGitFacts({ folder: join(folder, 'main'), env: {} })).changedPaths;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nx-oci-submodule-'));
    for (const name of ['lib', 'main']) {
      mkdirSync(join(folder, name));
      git(name, 'init', '-qb', 'main');
      writeFileSync(join(folder, name, 'a.ts'), 'one');
      git(name, 'add', '.');
      git(name, 'commit', '-qm', 'one');
    }
    git('main', 'submodule', '--quiet', 'add', '../lib', 'libs/lib');
    git('main', 'config', '-f', '.gitmodules', 'submodule.libs/lib.ignore', 'all');
    git('main', 'config', 'submodule.libs/lib.ignore', 'all');
    git('main', 'add', '-f', '.');
    git('main', 'commit', '-qm', 'lib');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it.each([
    ['is at another commit', () => git('main/libs/lib', 'commit', '-q', '--allow-empty', '-m', 'two')],
    ['has other files', () => writeFileSync(join(folder, 'main/libs/lib/a.ts'), 'two')],
    ['has new files', () => writeFileSync(join(folder, 'main/libs/lib/b.ts'), 'two')],
  ])('counts as changed if it %s', async (_what, change) => {
    expect(await changed()).toEqual([]);
    change();
    expect(await changed()).toEqual(['libs/lib']);
  });

  it('counts as changed since a commit', async () => {
    const first = git('main', 'rev-parse', 'HEAD');
    git('main/libs/lib', 'commit', '-q', '--allow-empty', '-m', 'two');
    git('main', 'add', '-f', 'libs/lib');
    git('main', 'commit', '-qm', 'newer lib');
    const since = changesReader(join(folder, 'main'), git('main', 'rev-parse', 'HEAD'));
    expect(await since(first, 'ours')).toEqual({ kind: 'known', files: ['libs/lib'] });
  });
});
