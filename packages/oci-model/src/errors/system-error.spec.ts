import { execFileSync } from 'node:child_process';
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, rmdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readSmallFile, readTextFile, readTextFileSync } from '../streams/read-file';
import { explainSystemError } from './system-error';
import { toFailWithCode } from '../testing/to-fail-with-code';

expect.extend({ toFailWithCode });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nx-oci-system-'));
  await writeFile(join(folder, 'file'), 'text');
  await mkdir(join(folder, 'full'));
  await writeFile(join(folder, 'full/file'), '');
  await symlink('circle', join(folder, 'circle'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const explain = (work: Promise<unknown>) => work.then(() => undefined, explainSystemError);
const isRoot = process.getuid?.() === 0;

describe('explainSystemError', () => {
  it.each([
    ['reading a folder', () => readFile(folder), /^Cannot read .*: it is a folder \(EISDIR\)/],
    ['listing a file', () => readdir(join(folder, 'file')), /^Cannot list .*file: a part of its path is a file/],
    ['inspecting a path below a file', () => lstat(join(folder, 'file/x')), /^Cannot access .*file\/x: a part of its path/],
    ['a loop of links', () => readFile(join(folder, 'circle')), /^Cannot open .*circle: its symbolic links form a loop/],
    ['a long name', () => writeFile(join(folder, 'x'.repeat(300)), ''), /its name is too long/],
    ['creating a folder that exists', () => mkdir(join(folder, 'full')), /^Cannot create the folder .*full: it already exists/],
    ['a folder that is not empty', () => rmdir(join(folder, 'full')), /^Cannot remove .*full: it is not empty/],
    [
      'renaming to a full folder',
      () => rename(join(folder, 'file'), join(folder, 'full')),
      /^Cannot rename .*file to .*full: it is a folder/,
    ],
  ])('says path, reason and remedy of %s', async (_what, work, message) => {
    const error = await explain(work());
    expect(error).toMatchObject({ code: 'FILE_UNUSABLE', message: expect.stringMatching(message), hint: expect.any(String) });
  });

  it('returns undefined for all other errors: bugs, networks, programs', () => {
    const network = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' });
    for (const error of [
      new TypeError('x is undefined'),
      network,
      Object.assign(new Error(), { code: 'ENOENT', syscall: 'spawn git' }),
      'text',
    ]) {
      expect(explainSystemError(error)).toBeUndefined();
    }
  });

  (isRoot ? it : it.skip)('reports a full disk and a read-only one', async () => {
    const disk = join(folder, 'disk');
    await mkdir(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]);
    try {
      const full = await explain(writeFile(join(disk, 'large'), Buffer.alloc(1024 * 1024)));
      expect(full?.message).toMatch(/^Cannot write .*: the disk is full \(ENOSPC\)/);
      execFileSync('mount', ['-o', 'remount,ro', disk]);
      const fixed = await explain(writeFile(join(disk, 'other'), ''));
      expect(fixed?.message).toMatch(/^Cannot open .*other: the file system is read-only \(EROFS\)/);
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  it('reports missing permissions', async () => {
    await chmod(folder, 0o755);
    await chmod(join(folder, 'full'), 0o700);
    const script = `fs.promises.readdir(process.argv[1]).catch((e) => console.log(JSON.stringify({ ...e, message: e.message })))`;
    const options = isRoot ? { uid: 65534, gid: 65534 } : {};
    if (!isRoot) await chmod(join(folder, 'full'), 0);
    const said = execFileSync(process.execPath, ['-e', script, join(folder, 'full')], { ...options, cwd: '/' }).toString();
    await chmod(join(folder, 'full'), 0o700);
    const error = Object.assign(new Error(), JSON.parse(said) as object);
    expect(explainSystemError(error)?.message).toMatch(/^Cannot list .*full: permission denied \(EACCES\)/);
  });
});

describe('reading a file of a workspace', () => {
  it('returns its text, regardless of its reported size, or undefined if it does not exist', async () => {
    expect(await readTextFile(join(folder, 'file'))).toBe('text');
    expect(readTextFileSync(join(folder, 'file'))).toBe('text');
    if (process.platform === 'linux') expect(await readTextFile('/proc/self/status')).toContain('Pid:');
    for (const path of ['none', 'file/none']) {
      expect(await readTextFile(join(folder, path))).toBeUndefined();
      expect(readTextFileSync(join(folder, path))).toBeUndefined();
    }
  });

  it('does not wait for a pipe, and reads neither a device nor more than the limit', async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    for (const path of [join(folder, 'pipe'), '/dev/zero', folder]) {
      await expect(readTextFile(path)).toFailWithCode('FILE_UNUSABLE', /it is a (pipe or device|folder)/);
      await expect(Promise.resolve().then(() => readTextFileSync(path))).toFailWithCode('FILE_UNUSABLE');
    }
    execFileSync('truncate', ['-s', '1G', join(folder, 'file')]);
    await expect(readSmallFile(join(folder, 'file'))).toFailWithCode('FILE_UNUSABLE', /more than 8388608 bytes/);
    await expect(Promise.resolve().then(() => readTextFileSync(join(folder, 'file')))).toFailWithCode('FILE_UNUSABLE');
  });
});
