import { encodeManifest, MEDIA_TYPES, parseIndex, parsePlatform, type Descriptor } from '@nx-oci/model';
import { makeImage, makeIndex, MemoryStore } from '@nx-oci/model/testing';

import { selectPlatforms } from './select-platforms';

describe('selectPlatforms', () => {
  const { images, contents } = makeIndex({ platforms: ['linux/amd64', 'linux/arm64', 'linux/arm/v6', 'linux/arm/v7'] });
  const platformOf = (position: number) => parsePlatform(['linux/amd64', 'linux/arm64', 'linux/arm/v6', 'linux/arm/v7'][position]!);
  const attestation = (position: number): Descriptor => ({
    ...makeImage({ seed: `attestation ${position}` }).manifest.descriptor,
    platform: { os: 'unknown', architecture: 'unknown' },
    annotations: {
      'vnd.docker.reference.digest': images[position]!.manifest.descriptor.digest,
      'vnd.docker.reference.type': 'attestation-manifest',
    },
  });
  const entries = images.flatMap(({ manifest }, position): Descriptor[] => [
    { ...manifest.descriptor, platform: platformOf(position) },
    attestation(position),
  ]);
  const index = encodeManifest({ schemaVersion: 2, mediaType: MEDIA_TYPES.dockerIndex, manifests: entries, annotations: { of: 'app' } });
  const narrow = (...platforms: string[]) => selectPlatforms(new MemoryStore(contents), index, platforms.map(parsePlatform));

  it('keeps the order, the kind, the annotations, and the attestations of what stays', async () => {
    const narrowed = await narrow('linux/arm', 'linux/amd64');
    const document = parseIndex(narrowed.bytes, narrowed.descriptor.mediaType);
    expect(document).toMatchObject({ mediaType: MEDIA_TYPES.dockerIndex, annotations: { of: 'app' } });
    expect(document.manifests).toEqual([entries[0], entries[1], entries[6], entries[7]]);
  });

  it('changes no byte if nothing is left out', async () => {
    expect(await narrow('linux/amd64', 'linux/arm64', 'linux/arm/v6', 'linux/arm/v7')).toBe(index);
    expect(await narrow()).toBe(index);
  });

  it('does not mistake one platform for another, or an attestation for a platform', async () => {
    await expect(narrow('linux/arm/v5', 'linux/amd64')).rejects.toMatchObject({
      message: 'The source has no image for linux/arm/v5.',
      hint: 'Available: linux/amd64, linux/arm64, linux/arm/v6, linux/arm/v7.',
    });
    await expect(narrow('unknown/unknown')).rejects.toMatchObject({ code: 'PLATFORM_INVALID' });
  });
});
