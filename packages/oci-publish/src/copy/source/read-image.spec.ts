import { type Descriptor, encodeManifest, type EncodedManifest, MEDIA_TYPES, OciError } from '@nx-oci/model';
import { makeImage, MemoryStore } from '@nx-oci/model/testing';

import { readImage } from './read-image';

const IMAGE = makeImage({ layers: 1 });

function indexOf(...manifests: readonly Descriptor[]): EncodedManifest {
  return encodeManifest({ schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests });
}

/** A store that counts reads, and fails if there are more than there should ever be. */
class CountedStore extends MemoryStore {
  reads = 0;

  override fetchManifest(reference: string): Promise<EncodedManifest | undefined> {
    this.reads += 1;
    if (this.reads > 1000) throw new Error('It is read without an end.');
    return super.fetchManifest(reference);
  }
}

describe('reading a whole image', () => {
  it('reads a manifest once that an index names several times', async () => {
    const arm = { os: 'linux', architecture: 'arm64' };
    const index = indexOf(IMAGE.manifest.descriptor, { ...IMAGE.manifest.descriptor, platform: arm }, IMAGE.manifest.descriptor);
    const store = new CountedStore([...IMAGE.contents, index]);
    const { documents } = await readImage(store, index);
    expect(documents.map(({ descriptor }) => descriptor.digest)).toEqual(
      [index, IMAGE.manifest].map(({ descriptor }) => descriptor.digest),
    );
    expect(store.reads).toBe(1);
  });

  it('ends soon if each of several nested indexes names the next one many times', async () => {
    const indexes: EncodedManifest[] = [];
    for (let level = 0, below = IMAGE.manifest; level < 7; level++) {
      below = indexOf(...Array.from({ length: 30 }, () => below.descriptor));
      indexes.unshift(below);
    }
    const [root = IMAGE.manifest] = indexes;
    const store = new CountedStore([...IMAGE.contents, ...indexes]);
    expect((await readImage(store, root)).documents).toHaveLength(8);
    expect(store.reads).toBe(7);
  });

  it('refuses an index of too many manifests before it asks for them', async () => {
    const { descriptor } = IMAGE.manifest;
    const index = indexOf(
      ...Array.from({ length: 5000 }, (_, number) => ({ ...descriptor, digest: `sha256:${`${number}`.padStart(64, '0')}` as const })),
    );
    const store = new CountedStore([index]);
    await expect(readImage(store, index)).rejects.toBeInstanceOf(OciError);
    expect(store.reads).toBe(0);
  });
});
