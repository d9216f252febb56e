import { mkdir, mkdtemp, readdir, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { digestOf, MEDIA_TYPES } from '@nx-oci/model';
import { toFailWithCode } from '@nx-oci/model/testing';

import { BlobFolder } from './blob-folder';

expect.extend({ toFailWithCode });

const content = Buffer.from('content');
const blob = { mediaType: MEDIA_TYPES.ociLayerTar, digest: digestOf(content), size: content.length };
const open = (): Readable => Readable.from([content], { objectMode: false });

describe('a folder of blobs that was replaced by a link', () => {
  let layout: string;
  let elsewhere: string;
  let folder: BlobFolder;

  beforeEach(async () => {
    layout = await mkdtemp(join(tmpdir(), 'nx-oci-blobs-'));
    elsewhere = await mkdtemp(join(tmpdir(), 'nx-oci-elsewhere-'));
    folder = new BlobFolder(layout);
  });

  afterEach(async () => {
    for (const path of [layout, elsewhere]) await rm(path, { recursive: true, force: true });
  });

  it('is not read, at any level', async () => {
    await folder.push(blob, () => Promise.resolve(open()));
    await rename(join(layout, 'blobs'), join(elsewhere, 'blobs'));
    await symlink(join(elsewhere, 'blobs'), join(layout, 'blobs'));
    await expect(folder.open(blob)).toFailWithCode('LAYOUT_INVALID', /blobs: it is a symbolic link/);
  });

  it('is not written to, even if the digest is only known afterwards', async () => {
    await mkdir(join(elsewhere, 'sha256'));
    await symlink(elsewhere, join(layout, 'blobs'));
    await expect(folder.add([open()])).toFailWithCode('LAYOUT_INVALID', /blobs: it is a symbolic link/);
    expect(await readdir(join(elsewhere, 'sha256'))).toEqual([]);
    expect(await readdir(layout)).toEqual(['blobs']);
  });
});
