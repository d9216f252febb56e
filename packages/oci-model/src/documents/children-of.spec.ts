import { childrenOf, isForeignLayer } from './children-of';
import { digestOf } from '../names/digest';
import { encodeManifest } from './encode-manifest';
import { MEDIA_TYPES } from './media-types';
import { parseManifest, parseManifestOrIndex } from './parse-manifest';
import { makeImage, makeIndex, toFailWithCode } from '../testing';

expect.extend({ toFailWithCode });

describe('childrenOf', () => {
  const image = makeImage({ layers: 3 });

  it('gives the config and the layers of a manifest, encoded or parsed', () => {
    const children = [image.config.descriptor, ...image.layers.map(({ descriptor }) => descriptor)];
    expect(childrenOf(image.manifest)).toEqual(children);
    expect(childrenOf(parseManifest(image.manifest.bytes))).toEqual(children);
  });

  it('gives the manifests of an index', () => {
    const { index, images } = makeIndex();
    expect(childrenOf(index).map(({ digest }) => digest)).toEqual(images.map(({ manifest }) => manifest.descriptor.digest));
    expect(childrenOf(parseManifestOrIndex(index.bytes))).toEqual(childrenOf(index));
  });

  it('returns nothing for a blob, even one that looks like a manifest', () => {
    const { bytes, descriptor } = image.manifest;
    expect(childrenOf({ bytes, descriptor: { ...descriptor, mediaType: 'application/octet-stream' } })).toEqual([]);
  });

  it('omits the subject, which may be absent', () => {
    const signature = encodeManifest({
      ...parseManifest(image.manifest.bytes),
      subject: makeImage({ seed: 'signed' }).manifest.descriptor,
    });
    expect(childrenOf(signature)).toEqual(childrenOf(image.manifest));
  });

  it('refuses a document that does not match its descriptor', async () => {
    const { bytes, descriptor } = image.manifest;
    const index = { ...descriptor, mediaType: MEDIA_TYPES.ociIndex };
    await expect(() => childrenOf({ bytes, descriptor: index })).toFailWithCode('MANIFEST_INVALID');
  });
});

it('a layer is foreign by its media type, not by its urls', () => {
  const descriptor = { mediaType: MEDIA_TYPES.ociLayerGzip, digest: digestOf(''), size: 0, urls: ['https://vendor.example/layer'] };
  expect(isForeignLayer(descriptor)).toBe(false);
  expect(isForeignLayer({ ...descriptor, mediaType: MEDIA_TYPES.dockerForeignLayerGzip })).toBe(true);
  expect(isForeignLayer({ ...descriptor, mediaType: MEDIA_TYPES.ociForeignLayerZstd })).toBe(true);
});
