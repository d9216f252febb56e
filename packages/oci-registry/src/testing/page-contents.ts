import { digestOf, MEDIA_TYPES } from '@nx-oci/model';

import { describe, pushBlob, putManifest } from './push';

/** An image with everything that its page shows, some of it hostile. */
export interface PageImage {
  readonly url: string;
  readonly repository: string;
  readonly tags: readonly string[];
  readonly layers: readonly string[];
  readonly architecture?: string;
  readonly env?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly createdBy?: string;
  /** When its layers were made; the history has it. */
  readonly created?: string;
}

/** @returns the manifest. */
export async function pushPageImage(image: PageImage): Promise<string> {
  const { url, repository, tags, layers, architecture = 'amd64', env = [], labels = {} } = image;
  const { createdBy = 'COPY . .', created = '2026-11-30T18:00:00Z' } = image;
  const config = JSON.stringify({
    architecture,
    os: 'linux',
    config: {
      Env: ['NODE_ENV=production', ...env],
      Cmd: ['node', 'main.js'],
      ExposedPorts: { '8080/tcp': {} },
      Labels: { 'org.opencontainers.image.source': 'https://github.com/acme/shop.git', ...labels },
    },
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => digestOf(layer)) },
    history: layers.map(() => ({ created, created_by: createdBy })),
  });
  for (const blob of [config, ...layers]) await pushBlob(url, repository, blob);
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociManifest,
    config: describe(MEDIA_TYPES.ociConfig, config),
    layers: layers.map((layer) => describe(MEDIA_TYPES.ociLayerTar, layer)),
  });
  for (const reference of [digestOf(manifest), ...tags]) await (await putManifest(url, repository, reference, manifest)).text();
  return manifest;
}

/** An index for two platforms; the images may have tags of their own. */
export async function pushPageIndex(image: PageImage): Promise<string> {
  const { url, repository, tags } = image;
  const manifests: object[] = [];
  for (const architecture of ['amd64', 'arm64']) {
    const manifest = await pushPageImage({
      ...image,
      tags: [],
      architecture,
      layers: image.layers.map((layer) => `${layer} ${architecture}`),
    });
    manifests.push({ ...describe(MEDIA_TYPES.ociManifest, manifest), platform: { os: 'linux', architecture } });
  }
  const index = JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests });
  for (const reference of [digestOf(index), ...tags]) await (await putManifest(url, repository, reference, index)).text();
  return index;
}

/** A signature or SBOM of a manifest. */
export async function pushReferrer(url: string, repository: string, subject: string, artifactType: string): Promise<string> {
  await pushBlob(url, repository, '{}');
  const { mediaType } = JSON.parse(subject) as { readonly mediaType: string };
  const empty = describe(MEDIA_TYPES.ociEmpty, '{}');
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociManifest,
    artifactType,
    config: empty,
    layers: [empty],
    subject: describe(mediaType, subject),
  });
  await (await putManifest(url, repository, digestOf(manifest), manifest)).text();
  return manifest;
}
