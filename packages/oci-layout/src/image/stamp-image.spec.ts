import { ANNOTATIONS, encodeManifest, MEDIA_TYPES, parseImageConfig, parseManifest } from '@nx-oci/model';
import { makeImage } from '@nx-oci/model/testing';

import { stampImage } from './stamp-image';

const image = makeImage({
  config: { Labels: { [ANNOTATIONS.title]: 'mine', [ANNOTATIONS.baseName]: 'inherited' }, Healthcheck: { Retries: 3 }, Odd: [1] },
  annotations: { [ANNOTATIONS.source]: 'mine' },
});
const unstamped = { manifest: image.manifest, config: image.config.bytes };
const facts = {
  labels: { [ANNOTATIONS.title]: 'ours', [ANNOTATIONS.revision]: 'a1b2c3d', [ANNOTATIONS.baseName]: 'docker.io/library/node:22-slim' },
  annotations: { [ANNOTATIONS.source]: 'ours', [ANNOTATIONS.revision]: 'a1b2c3d' },
  created: '2024-05-06T07:08:09Z',
};

describe('stampImage', () => {
  it('writes labels into a new config and manifest with the same layers', () => {
    const stamped = stampImage(unstamped, facts);
    const manifest = parseManifest(stamped.manifest.bytes);
    expect(manifest.layers).toEqual(parseManifest(image.manifest.bytes).layers);
    expect(manifest.config).toEqual(stamped.config.descriptor);
    expect(manifest.annotations).toMatchObject({ [ANNOTATIONS.revision]: 'a1b2c3d' });
    const config = parseImageConfig(stamped.config.bytes);
    expect(config).toMatchObject({
      created: '2024-05-06T07:08:09Z',
      config: { Labels: stamped.labels, Healthcheck: { Retries: 3 }, Odd: [1] },
    });
    expect(config.rootfs).toEqual(parseImageConfig(image.config.bytes).rootfs);
  });

  it('keeps labels and annotations of the user, but not those of a base about its own base', () => {
    const { labels, manifest } = stampImage(unstamped, facts);
    expect(labels).toEqual({
      [ANNOTATIONS.title]: 'mine',
      [ANNOTATIONS.revision]: 'a1b2c3d',
      [ANNOTATIONS.baseName]: 'docker.io/library/node:22-slim',
    });
    expect(parseManifest(manifest.bytes).annotations).toMatchObject({ [ANNOTATIONS.source]: 'mine' });
  });

  it('gives the same digest for the same facts in any order and form, and does not change its input', () => {
    const before = JSON.stringify([unstamped, facts]);
    const digest = stampImage(unstamped, facts).manifest.descriptor.digest;
    const reversed = { ...facts, labels: Object.fromEntries(Object.entries(facts.labels).reverse()) };
    const parsed = { manifest: image.manifest, config: parseImageConfig(image.config.bytes) };
    expect(stampImage(parsed, reversed).manifest.descriptor.digest).toBe(digest);
    expect(JSON.stringify([unstamped, facts])).toBe(before);
    expect(stampImage(unstamped, { ...facts, created: '2024-05-06T07:08:10Z' }).manifest.descriptor.digest).not.toBe(digest);
  });

  it('never mixes the types of Docker with those of OCI', () => {
    const manifest = parseManifest(image.manifest.bytes);
    const layers = [MEDIA_TYPES.dockerLayerTar, MEDIA_TYPES.dockerLayerGzip, MEDIA_TYPES.dockerForeignLayerGzip];
    const mixed = encodeManifest({ ...manifest, layers: layers.map((mediaType) => ({ ...manifest.layers[0]!, mediaType })) });
    const stamped = parseManifest(stampImage({ ...unstamped, manifest: mixed }, facts).manifest.bytes);
    expect([stamped.mediaType, stamped.config.mediaType, ...stamped.layers.map(({ mediaType }) => mediaType)]).toEqual([
      MEDIA_TYPES.ociManifest,
      MEDIA_TYPES.ociConfig,
      MEDIA_TYPES.ociLayerTar,
      MEDIA_TYPES.ociLayerGzip,
      MEDIA_TYPES.ociForeignLayerGzip,
    ]);
  });

  it("keeps Docker's types, and gives its manifest no annotations", () => {
    const manifest = parseManifest(image.manifest.bytes);
    const config = { ...manifest.config, mediaType: MEDIA_TYPES.dockerConfig };
    const { annotations: _none, ...bare } = manifest;
    const layers = bare.layers.map((layer) => ({ ...layer, mediaType: MEDIA_TYPES.dockerLayerTar }));
    const docker = encodeManifest({ ...bare, mediaType: MEDIA_TYPES.dockerManifest, config, layers });
    const stamped = parseManifest(stampImage({ manifest: docker, config: image.config.bytes }, facts).manifest.bytes);
    expect(stamped).toMatchObject({ mediaType: MEDIA_TYPES.dockerManifest, config: { mediaType: MEDIA_TYPES.dockerConfig } });
    expect(stamped).not.toHaveProperty('annotations');
  });
});
