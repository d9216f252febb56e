import { chooseDescriptor, parseIndex, parsePlatform } from '@nx-oci/model';
import { makeImage } from '@nx-oci/model/testing';

import { buildIndex } from './build-index';

const amd64 = { manifest: makeImage().manifest, platform: parsePlatform('linux/amd64') };
const arm64 = { manifest: makeImage({ platform: 'linux/arm64' }).manifest, platform: parsePlatform('linux/arm64') };

describe('buildIndex', () => {
  it('maps each platform to its image', () => {
    const { manifests, annotations } = parseIndex(buildIndex([amd64, arm64], { key: 'value' }).bytes);
    expect(chooseDescriptor(manifests, arm64.platform)?.digest).toBe(arm64.manifest.descriptor.digest);
    expect(manifests.map(({ platform }) => platform)).toEqual([amd64.platform, arm64.platform]);
    expect(annotations).toEqual({ key: 'value' });
  });

  it('refuses two images for one platform', () => {
    expect(() => buildIndex([amd64, amd64])).toThrow(/two images are for linux\/amd64/);
  });
});
