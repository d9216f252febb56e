import { renameSync, symlinkSync } from 'node:fs';
import type * as fsPromises from 'node:fs/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { digestOf, hexOf, MEDIA_TYPES } from '@nx-oci/model';

import { createLayout, openLayout } from './folder/layout';

// An attacker who can write to the layout: once a file was checked, a link takes its place.
let quickHand: string | undefined;
jest.mock('node:fs/promises', () => {
  const real: typeof fsPromises = jest.requireActual('node:fs/promises');
  const lstat = async (path: string): Promise<unknown> => {
    const stats = await real.lstat(path);
    if (path === quickHand) {
      renameSync(path, `${path}.moved`);
      symlinkSync(`${path}.moved`, path);
    }
    return stats;
  };
  return { ...real, lstat };
});

const content = Buffer.from('content');
const blob = { mediaType: MEDIA_TYPES.ociLayerTar, digest: digestOf(content), size: content.length };

describe('a layout in which a link replaces a file between check and read', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nx-oci-between-'));
    await (await createLayout(folder)).push(blob, () => Promise.resolve(Readable.from([content], { objectMode: false })));
  });

  afterEach(async () => {
    quickHand = undefined;
    await rm(folder, { recursive: true, force: true });
  });

  it('is not read through the link: a blob', async () => {
    const layout = await openLayout(folder);
    quickHand = join(folder, 'blobs', 'sha256', hexOf(blob.digest));
    await expect(layout.fetch(blob)).rejects.toMatchObject({ code: 'ELOOP' });
  });

  it('is not read through the link: the index', async () => {
    const layout = await openLayout(folder);
    quickHand = join(folder, 'index.json');
    await expect(layout.entries()).rejects.toMatchObject({ code: 'ELOOP' });
  });
});
