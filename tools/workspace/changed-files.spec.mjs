/* global describe, it, expect, beforeEach, afterEach */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { changedFiles } from './changed-files.mjs';

describe('changed files', () => {
  let root;
  const git = (...args) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: root, encoding: 'utf8' }).trim();
  const write = (file, content = `${file}\n`) => writeFileSync(join(root, file), content);
  const commit = () => {
    git('add', '-A');
    git('commit', '-qm', 'a change');
    return git('rev-parse', '--short', 'HEAD');
  };

  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'changed-files-')));
    git('init', '-qb', 'main');
    mkdirSync(join(root, 'docs'));
    for (const file of ['a.ts', 'b.ts', 'docs/ä "quoted".md', '.gitignore']) write(file, file === '.gitignore' ? 'dist\n' : `${file}\n`);
    commit();
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('are none where nothing differs from main', () => {
    expect(changedFiles(undefined, root)).toEqual({ base: git('rev-parse', '--short', 'HEAD'), files: [], removed: [] });
  });

  it('include those of commits, of the index, of edits, and untracked ones', () => {
    const base = git('rev-parse', '--short', 'HEAD');
    git('switch', '-qc', 'work');
    write('committed.ts');
    commit();
    write('staged.ts');
    git('add', 'staged.ts');
    write('docs/ä "quoted".md', 'edited\n');
    for (const file of ['untracked.ts', 'dist']) write(file);
    expect(changedFiles(undefined, root)).toEqual({
      base,
      files: ['committed.ts', 'docs/ä "quoted".md', 'staged.ts', 'untracked.ts'],
      removed: [],
    });
  });

  it('exclude those that main has changed since', () => {
    git('switch', '-qc', 'work');
    git('switch', '-q', 'main');
    write('of-main.ts');
    commit();
    git('switch', '-q', 'work');
    expect(changedFiles(undefined, root).files).toEqual([]);
    expect(changedFiles('main', root).removed).toEqual(['of-main.ts']);
  });

  it('are listed separately from removed ones, including the old path of a moved file', () => {
    git('switch', '-qc', 'work');
    git('mv', 'a.ts', 'docs/a.ts');
    rmSync(join(root, 'b.ts'));
    expect(changedFiles(undefined, root)).toMatchObject({ files: ['docs/a.ts'], removed: ['a.ts', 'b.ts'] });
  });

  it('include a file that was only removed from the index', () => {
    git('rm', '-q', '--cached', 'a.ts');
    expect(changedFiles(undefined, root)).toMatchObject({ files: ['a.ts'], removed: [] });
  });

  it('need an existing commit', () => {
    expect(() => changedFiles('no-such-commit', root)).toThrow(/git diff .* failed: .*no-such-commit/);
  });
});
