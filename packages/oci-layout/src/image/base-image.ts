import {
  chooseDescriptor,
  digestOf,
  formatPlatform,
  isIndexType,
  isManifestOrIndexType,
  MAX_CONFIG_BYTES,
  OciError,
  parseImageConfig,
  parseIndex,
  parseManifest,
  readLimited,
  verifyBytes,
  type ContentSource,
  type Descriptor,
  type EncodedManifest,
  type ImageConfig,
  type Platform,
  type TagReader,
  type TransferOptions,
} from '@nx-oci/model';

import { openLayout } from '../layout';

/** What is needed of an image to build on it: its documents. The layers stay where they are. */
export interface BaseImage {
  readonly manifest: EncodedManifest;
  readonly config: ImageConfig;
}

/**
 * Reads manifest and config of the image for one platform, both checked against their digests.
 *
 * @param reference a tag or digest in `source`.
 * @throws OciError `NOT_FOUND`, `PLATFORM_INVALID` when the image is not made for the platform, `MANIFEST_INVALID`,
 *   `CONFIG_INVALID`.
 */
export async function loadBase(
  source: ContentSource & TagReader,
  reference: string,
  platform: Platform,
  options: TransferOptions = {},
): Promise<BaseImage> {
  const document = await source.fetchManifest(reference, options);
  if (document === undefined) {
    throw new OciError('NOT_FOUND', `Cannot build on the base image: there is no ${reference}.`, {
      hint: 'Correct the tag or digest of `base`.',
    });
  }
  const manifest = isIndexType(document.descriptor.mediaType) ? await chooseManifest(source, document, platform) : document;
  const { config: descriptor } = parseManifest(manifest.bytes, manifest.descriptor.mediaType);
  const bytes = await readLimited(await source.fetch(descriptor, options), MAX_CONFIG_BYTES, 'the config of the base image');
  verifyBytes(descriptor, bytes);
  const config = parseImageConfig(bytes);
  refuseOtherPlatform(config, reference, platform);
  return { manifest, config };
}

/**
 * Reads the base image from a layout folder that lists one image, or one for each of several platforms.
 *
 * @throws OciError `LAYOUT_INVALID`, and those of `loadBase`.
 */
export async function readBaseFromLayout(folder: string, platform: Platform): Promise<BaseImage> {
  const layout = await openLayout(folder);
  const entries = (await layout.entries()).filter(({ mediaType }) => isManifestOrIndexType(mediaType));
  const entry = entries.length === 1 ? entries[0] : chooseDescriptor(entries, platform);
  if (entry === undefined) throw noSuchPlatform(layout.folder, platform, entries);
  return loadBase(layout, entry.digest, platform);
}

async function chooseManifest(source: TagReader, index: EncodedManifest, platform: Platform): Promise<EncodedManifest> {
  const { manifests } = parseIndex(index.bytes, index.descriptor.mediaType);
  const chosen = chooseDescriptor(manifests, platform);
  if (chosen === undefined) throw noSuchPlatform(index.descriptor.digest, platform, manifests);
  const manifest = await source.fetchManifest(chosen.digest);
  if (manifest !== undefined) return manifest;
  throw new OciError('NOT_FOUND', `Cannot build on the base image: its index names ${chosen.digest}, which is not there.`, {
    hint: 'Pull or push the base image again, with this platform.',
  });
}

/** An image without an index says only in its config what it runs on. */
function refuseOtherPlatform(config: ImageConfig, reference: string, platform: Platform): void {
  const { os, architecture, variant } = config;
  const own = { os, architecture, ...(variant !== undefined && { variant }) };
  const descriptor = { mediaType: '', digest: digestOf(''), size: 0, platform: { ...own, 'os.version': platform['os.version'] } };
  if (chooseDescriptor([descriptor], platform) === undefined) throw noSuchPlatform(reference, platform, [descriptor]);
}

function noSuchPlatform(what: string, platform: Platform, offered: readonly Descriptor[]): OciError {
  const names = offered.flatMap((descriptor) => (descriptor.platform === undefined ? [] : [formatPlatform(descriptor.platform)]));
  const known = names.filter((name) => !name.startsWith('unknown/'));
  return new OciError('PLATFORM_INVALID', `Cannot build on the base image ${what}: it is not made for ${formatPlatform(platform)}.`, {
    hint: known.length === 0 ? 'It names no platform at all.' : `It is made for ${known.join(', ')}.`,
  });
}
