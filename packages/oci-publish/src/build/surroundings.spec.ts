import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { imageFolder, readImageRecord } from '../engines/image/image-record';
import { describeError } from '../text/describe-error';
import { loadRegistries } from '../configuration/registries';
import { createImageBuilder } from './build-images';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'nx-oci-surroundings-'));
  await mkdir(join(root, 'out'), { recursive: true });
  await mkdir(join(root, 'dist'));
  await writeFile(join(root, 'out/main.js'), '1');
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** The output of a failed build; `undefined` if it did not fail. */
async function build(from = 'out'): Promise<string | undefined> {
  const builder = createImageBuilder({ workspaceRoot: root, env: {} });
  const options = { layers: [{ from, to: '/app' }] };
  try {
    await builder.build({ project: 'api', projectRoot: root, options, print: () => undefined });
    return undefined;
  } catch (error) {
    return describeError(error);
  } finally {
    await builder.close();
  }
}

/** Runs with a small disk at a folder, which only root can mount. */
async function withDisk(folder: string, work: (disk: string) => Promise<void>): Promise<void> {
  await mkdir(folder, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]);
  try {
    await work(folder);
  } finally {
    execFileSync('umount', [folder]);
  }
}

const whenRoot = process.getuid?.() === 0 ? it : it.skip;

describe('environment problems of a build are reported as such', () => {
  whenRoot('a full disk, and a read-only one', async () => {
    execFileSync('dd', ['if=/dev/urandom', `of=${join(root, 'out/large')}`, 'bs=1M', 'count=1', 'status=none']);
    await withDisk(join(root, 'dist'), async (disk) => {
      expect(await build()).toMatch(/^Cannot write .*: the disk is full \(ENOSPC\)\.\n {2}→ Free some space/);
      execFileSync('mount', ['-o', 'remount,ro', disk]);
      expect(await build()).toMatch(/dist\/images.*: the file system is read-only \(EROFS\)/);
    });
    await withDisk(join(root, 'node_modules/.cache'), async (disk) => {
      execFileSync('mount', ['-o', 'remount,ro', disk]);
      expect(await build()).toMatch(/^Cannot create the folder .*\.cache.*→ Check that the disk is writable/s);
    });
  });

  it('a file in place of a folder, and a folder in place of a file', async () => {
    await writeFile(join(root, 'dist/images'), '');
    expect(await build()).toMatch(/^Cannot .*dist\/images.*: (a part of its path is a file|it already exists)/);
    await rm(join(root, 'dist/images'));
    await mkdir(join(root, 'dist/images/api/image.json/x'), { recursive: true });
    expect(await build()).toMatch(/^Cannot remove .*image\.json: it is a folder/);
  });

  it('a pipe in place of the record of an image, and one in place of registries.yaml, which never end', async () => {
    const folder = imageFolder(root, 'api');
    await mkdir(folder, { recursive: true });
    execFileSync('mkfifo', [join(folder, 'image.json'), join(root, 'registries.yaml')]);
    await expect(readImageRecord(folder)).rejects.toMatchObject({
      code: 'FILE_UNUSABLE',
      message: expect.stringContaining('image.json: it is a pipe'),
    });
    await expect(loadRegistries(root, {})).rejects.toMatchObject({
      code: 'FILE_UNUSABLE',
      message: expect.stringContaining('registries.yaml: it is a pipe'),
    });
  });

  it('a registries.yaml of 1 GB', async () => {
    execFileSync('truncate', ['-s', '1G', join(root, 'registries.yaml')]);
    await expect(loadRegistries(root, {})).rejects.toMatchObject({ code: 'FILE_UNUSABLE', message: expect.stringContaining('more than') });
  });

  it('a file whose name is not UTF-8', async () => {
    await writeFile(Buffer.concat([Buffer.from(join(root, 'out/caf')), Buffer.from([0xe9])]), '');
    expect(await build()).toMatch(/contains a file whose name is not UTF-8: "café"/);
  });
});
