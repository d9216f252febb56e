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
    ['looking below a file', () => lstat(join(folder, 'file/x')), /^Cannot look at .*file\/x: a part of its path/],
    ['a circle of links', () => readFile(join(folder, 'circle')), /^Cannot open .*circle: its symbolic links lead in a circle/],
    ['a long name', () => writeFile(join(folder, 'x'.repeat(300)), ''), /its name is too long/],
    ['a folder that is there', () => mkdir(join(folder, 'full')), /^Cannot make the folder .*full: something else is there/],
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

  it('leaves everything else alone: our own bugs, networks, programs', () => {
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

  (isRoot ? it : it.skip)('says that a disk is full, and that one can only be read', async () => {
    const disk = join(folder, 'disk');
    await mkdir(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]);
    try {
      const full = await explain(writeFile(join(disk, 'large'), Buffer.alloc(1024 * 1024)));
      expect(full?.message).toMatch(/^Cannot write .*: the disk is full \(ENOSPC\)/);
      execFileSync('mount', ['-o', 'remount,ro', disk]);
      const fixed = await explain(writeFile(join(disk, 'other'), ''));
      expect(fixed?.message).toMatch(/^Cannot open .*other: the file system can only be read \(EROFS\)/);
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  it('says that a user may not', async () => {
    await chmod(folder, 0o755);
    await chmod(join(folder, 'full'), 0o700);
    const script = `fs.promises.readdir(process.argv[1]).catch((e) => console.log(JSON.stringify({ ...e, message: e.message })))`;
    const options = isRoot ? { uid: 65534, gid: 65534 } : {};
    if (!isRoot) await chmod(join(folder, 'full'), 0);
    const said = execFileSync(process.execPath, ['-e', script, join(folder, 'full')], { ...options, cwd: '/' }).toString();
    await chmod(join(folder, 'full'), 0o700);
    const error = Object.assign(new Error(), JSON.parse(said) as object);
    expect(explainSystemError(error)?.message).toMatch(/^Cannot list .*full: this user may not \(EACCES\)/);
  });
});

describe('reading a file of a workspace', () => {
  it('gives its text, whatever it says of its size, or nothing where there is none', async () => {
    expect(await readTextFile(join(folder, 'file'))).toBe('text');
    expect(readTextFileSync(join(folder, 'file'))).toBe('text');
    if (process.platform === 'linux') expect(await readTextFile('/proc/self/status')).toContain('Pid:');
    for (const path of ['none', 'file/none']) {
      expect(await readTextFile(join(folder, path))).toBeUndefined();
      expect(readTextFileSync(join(folder, path))).toBeUndefined();
    }
  });

  it('waits for no pipe, reads no device, and no more than is allowed', async () => {
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
