import { type Descriptor } from '@nx-oci/model';
import { makeImage } from '@nx-oci/model/testing';

import { useCopying } from './testing/copying';

const scene = useCopying();
const { copy, put, ask, digestAt, printed } = scene;

describe('platforms of a copy', () => {
  it('make a new index of those that are named, and say so', async () => {
    const report = await copy({ from: `${scene.source.host}/team/app:1.4.0`, to: 'corp', platforms: ['linux/aarch64'] });
    const { digest } = report!.images[0]!;
    expect(digest).not.toBe(scene.index.index.descriptor.digest);
    expect(report?.images[0]?.narrowedFrom).toBe(scene.index.index.descriptor.digest);
    const copied = (await (await ask(scene.target, 'mirror/app/manifests/1.4.0')).json()) as { manifests: Descriptor[] };
    expect(copied.manifests).toMatchObject([{ ...scene.index.images[1]!.manifest.descriptor, platform: { architecture: 'arm64' } }]);
    expect((await ask(scene.target, `mirror/app/manifests/${scene.index.images[0]!.manifest.descriptor.digest}`)).status).toBe(404);
    expect(printed.join('\n')).toContain('a new index of fewer platforms');
    expect(printed.join('\n')).toContain(`part of ${scene.source.host}/team/app:1.4.0 is copied as ${digest} at every target`);
  });

  it('leave the index unchanged if it has no others', async () => {
    const report = await copy({ from: `${scene.source.host}/team/app:1.4.0`, to: 'corp', platforms: ['linux/amd64', 'linux/arm64'] });
    expect(report?.images[0]).toMatchObject({ digest: scene.index.index.descriptor.digest });
    expect(report?.images[0]).not.toHaveProperty('narrowedFrom');
  });

  it('are named when one is missing, of an index and of a single image', async () => {
    await expect(copy({ from: `${scene.source.host}/team/app:1.4.0`, to: 'corp', platforms: ['linux/s390x'] })).rejects.toMatchObject({
      code: 'PLATFORM_INVALID',
      hint: 'Available: linux/amd64, linux/arm64.',
    });
    const single = makeImage({ platform: 'linux/arm64' });
    await put('team/single', single.contents, single.manifest, '1');
    await expect(copy({ from: `${scene.source.host}/team/single:1`, to: 'corp', platforms: ['linux/amd64'] })).rejects.toMatchObject({
      hint: 'Available: linux/arm64.',
    });
    await copy({ from: `${scene.source.host}/team/single:1`, to: 'corp', platforms: ['linux/arm64'] });
    expect(await digestAt(scene.target, 'mirror/single/manifests/1')).toBe(single.manifest.descriptor.digest);
  });
});
