import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { makeWorkspace, type TestWorkspace } from '../testing/make-workspace';
import { readFileIds } from './file-ids';

describe('the ids of the files of a workspace', () => {
  let workspace: TestWorkspace;

  beforeEach(() => {
    workspace = makeWorkspace();
    workspace.write('a.ts', 'one\n');
    workspace.write('folder/ü 1.ts', 'one\n');
    workspace.commit('first');
  });
  afterEach(() => workspace.remove());

  const idsIn = async (folder = workspace.root): Promise<Readonly<Record<string, string>>> => {
    const ids = await readFileIds(folder);
    return Object.fromEntries((await ids?.idsOf(ids.paths)) ?? []);
  };

  it('equal those of git for committed, staged, changed and new files', async () => {
    workspace.write('a.ts', 'two\n');
    workspace.write('new.ts', 'two\n');
    workspace.write('dist/ignored.ts', 'two\n');
    symlinkSync('a.ts', join(workspace.root, 'link'));
    const before = await idsIn();
    expect(Object.keys(before).sort()).toEqual(['.gitignore', 'a.ts', 'folder/ü 1.ts', 'link', 'new.ts']);
    expect(before['a.ts']).toBe(workspace.git('hash-object', 'a.ts'));
    workspace.git('add', '.');
    expect(await idsIn()).toEqual(before);
    workspace.commit('second');
    expect(await idsIn()).toEqual(before);
    rmSync(join(workspace.root, 'a.ts'));
    expect(Object.keys(await idsIn()).sort()).toEqual(['.gitignore', 'folder/ü 1.ts', 'link', 'new.ts']);
  });

  it('ignore line ends that git converts, and include files that git is set to skip', async () => {
    const before = await idsIn();
    workspace.git('config', 'core.autocrlf', 'true');
    workspace.write('a.ts', 'one\r\n');
    expect(await idsIn()).toEqual(before);
    workspace.git('update-index', '--assume-unchanged', 'folder/ü 1.ts');
    workspace.write('folder/ü 1.ts', 'two\n');
    expect(await idsIn()).not.toEqual(before);
  });

  it('are relative to the given folder, and only cover that folder', async () => {
    workspace.write('folder/new.ts', 'x');
    expect(Object.keys(await idsIn(join(workspace.root, 'folder'))).sort()).toEqual(['new.ts', 'ü 1.ts']);
  });

  it('cover a submodule by its commit and its differences from that', async () => {
    const lib = makeWorkspace();
    lib.write('b.ts', 'one');
    lib.commit('lib');
    workspace.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', lib.root, 'lib');
    const commit = workspace.commit('submodule');
    expect(commit).toMatch(/^[0-9a-f]+$/);
    const clean = (await idsIn())['lib'];
    expect(clean).toBe(lib.git('rev-parse', 'HEAD'));
    workspace.write('lib/b.ts', 'two');
    expect((await idsIn())['lib']).not.toBe(clean);
    lib.remove();
  });

  it('are unknown without a repository', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nx-oci-no-git-'));
    mkdirSync(join(folder, 'a'));
    writeFileSync(join(folder, 'a/b'), '');
    expect(await readFileIds(folder)).toBeUndefined();
    rmSync(folder, { recursive: true });
  });
});
