import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { copyImage, MAX_CONFIG_BYTES, parsePlatform, type Descriptor } from '@nx-oci/model';
import { makeImage, makeIndex, MemoryStore, toFailWithCode } from '@nx-oci/model/testing';

import { createLayout, type Layout } from '../layout';
import { loadBase, readBaseFromLayout } from './base-image';

expect.extend({ toFailWithCode });

let folder: string;
let layout: Layout;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nx-oci-base-'));
  layout = await createLayout(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const arm64 = parsePlatform('linux/arm64');
const { index, images, contents } = makeIndex();
const [amd64Image, arm64Image] = images;

async function fill(entries: readonly Descriptor[]): Promise<void> {
  await copyImage(new MemoryStore(contents), layout, index.descriptor);
  await layout.setEntries(entries);
}

describe('loadBase', () => {
  it('follows an index to the image for the platform', async () => {
    await fill([index.descriptor]);
    const base = await loadBase(layout, index.descriptor.digest, arm64);
    expect(base.manifest.descriptor.digest).toBe(arm64Image!.manifest.descriptor.digest);
    expect(base.config).toMatchObject({ os: 'linux', architecture: 'arm64' });
  });

  it('says which platforms there are when the wanted one is not', async () => {
    await fill([index.descriptor]);
    const loading = loadBase(layout, index.descriptor.digest, parsePlatform('linux/s390x'));
    await expect(loading).toFailWithCode('PLATFORM_INVALID', /not made for linux\/s390x/);
  });

  it('looks into the config of an image that is not in an index', async () => {
    await fill([]);
    await expect(loadBase(layout, amd64Image!.manifest.descriptor.digest, arm64)).toFailWithCode('PLATFORM_INVALID', /linux\/arm64/);
  });

  it('reads no more of a config than a config has', async () => {
    const huge = makeImage({ config: { Env: [`X=${'x'.repeat(MAX_CONFIG_BYTES)}`] } });
    const loading = loadBase(new MemoryStore(huge.contents), huge.manifest.descriptor.digest, parsePlatform('linux/amd64'));
    await expect(loading).toFailWithCode('BODY_TOO_LARGE', /the config of the base image/);
  });

  it('says that there is no such image', async () => {
    await expect(loadBase(layout, 'missing', arm64)).toFailWithCode('NOT_FOUND', /there is no missing/);
  });
});

describe('readBaseFromLayout', () => {
  it('takes the one image that the layout lists, by itself or under an index', async () => {
    for (const entry of [index.descriptor, arm64Image!.manifest.descriptor]) {
      await fill([entry]);
      const base = await readBaseFromLayout(folder, arm64);
      expect(base.manifest.descriptor.digest).toBe(arm64Image!.manifest.descriptor.digest);
    }
  });

  it('chooses among several entries by their platform', async () => {
    await fill(
      images.map(({ manifest }, position) => ({ ...manifest.descriptor, platform: position === 0 ? parsePlatform('linux/amd64') : arm64 })),
    );
    const base = await readBaseFromLayout(folder, arm64);
    expect(base.manifest.descriptor.digest).toBe(arm64Image!.manifest.descriptor.digest);
    await layout.setEntries([makeImage().manifest.descriptor, index.descriptor]);
    await expect(readBaseFromLayout(folder, arm64)).toFailWithCode('PLATFORM_INVALID');
  });
});
