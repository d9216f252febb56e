import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { parsePlatform } from '@nx-oci/model';
import { makeImage, toFailWithCode } from '@nx-oci/model/testing';

import { createLayout, type Layout } from '../folder/layout';
import { buildImage, buildImages } from './build-image';

expect.extend({ toFailWithCode });

const AMD64 = parsePlatform('linux/amd64');
const ARM64 = parsePlatform('linux/arm64');

let folder: string;
let sink: Layout;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nx-oci-build-images-'));
  sink = await createLayout(join(folder, 'image'));
  for (const name of ['app', 'bin-amd64', 'bin-arm64']) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'file'), name);
  }
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const source = (name: string) => ({ from: join(folder, name), to: `/${name}` });
const blobs = () => readdir(join(sink.folder, 'blobs/sha256'));

describe('buildImages', () => {
  it('stores layers that platforms share once, each under its own config and manifest', async () => {
    const layers = [[source('app')]];
    const [amd64, arm64] = await buildImages(
      [AMD64, ARM64].map((platform) => ({ platform, layers, config: {} })),
      { sink },
    );
    expect(amd64!.layers).toEqual(arm64!.layers);
    expect([amd64, arm64].map((built) => built!.config.architecture)).toEqual(['amd64', 'arm64']);
    expect(await blobs()).toHaveLength(5);
  });

  it('makes each image as it would be made alone', async () => {
    const app = source('app');
    const base = { manifest: makeImage().manifest, config: JSON.parse(Buffer.from(makeImage().config.bytes).toString()) as never };
    const images = [
      { platform: AMD64, layers: [[app], [source('bin-amd64')]], config: { user: 'me' }, labels: { a: 'b' }, base },
      { platform: ARM64, layers: [[app], [source('bin-arm64')]], config: {}, annotations: { c: 'd' } },
    ];
    const together = await buildImages(images, { sink });
    const other = await createLayout(join(folder, 'other'));
    const alone = await Promise.all(images.map((image) => buildImage({ ...image, sink: other })));
    expect(together.map(({ manifest }) => manifest.descriptor)).toEqual(alone.map(({ manifest }) => manifest.descriptor));
    expect(together[0]!.layers[0]).toEqual(together[1]!.layers[0]);
  });

  it('lists a shared source once, so that its exclusions are reported once', async () => {
    const looked: string[] = [];
    const app = { ...source('app'), leaveOut: (path: string) => (looked.push(path), 'taken') as 'taken' };
    await buildImages(
      [
        { platform: AMD64, layers: [[app], [source('bin-amd64')]], config: {} },
        { platform: ARM64, layers: [[app], [source('bin-arm64')]], config: {} },
      ],
      { sink },
    );
    expect(looked).toEqual(['file']);
  });

  it('names what is missing for any platform, all at once, and writes nothing', async () => {
    const building = buildImages(
      [
        { platform: AMD64, layers: [[source('no-amd64')]], config: {} },
        { platform: ARM64, layers: [[source('app')], [source('no-arm64')]], config: {} },
      ],
      { sink },
    );
    await expect(building).toFailWithCode('LAYER_SOURCE_MISSING', /no-amd64 .*\n?.*no-arm64 /s);
    expect(await blobs()).toEqual([]);
  });

  it('gives two platforms the same bytes from equal files in two places', async () => {
    await cp(join(folder, 'app'), join(folder, 'copy'), { recursive: true });
    const [amd64, arm64] = await buildImages(
      ['app', 'copy'].map((name) => ({ platform: AMD64, layers: [[{ from: join(folder, name), to: '/app' }]], config: {} })),
      { sink, layerCache: join(folder, 'cache') },
    );
    expect(amd64!.manifest.descriptor).toEqual(arm64!.manifest.descriptor);
  });
});
