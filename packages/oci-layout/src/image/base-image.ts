import {
  chooseDescriptor,
  digestOf,
  formatPlatform,
  isIndexType,
  isManifestOrIndexType,
  OciError,
  parseIndex,
  type ContentSource,
  type Descriptor,
  type EncodedManifest,
  type ImageConfig,
  type Platform,
  type TagReader,
  type TransferOptions,
} from '@nx-oci/model';

import { openLayout } from '../folder/layout';
import { chooseManifest, readConfig, type ChosenManifest, type DocumentPlace } from './choose-manifest';

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
  const place = { source, ...options };
  if (!isIndexType(document.descriptor.mediaType)) return readChosen(place, { manifest: document }, { reference, platform });
  const { manifests } = parseIndex(document.bytes, document.descriptor.mediaType);
  return chooseBase(place, manifests, { reference, platform });
}

/**
 * Reads the base image from a layout folder that lists one image, or one for each of several platforms.
 *
 * @throws OciError `LAYOUT_INVALID`, and those of `loadBase`.
 */
export async function readBaseFromLayout(folder: string, platform: Platform): Promise<BaseImage> {
  const layout = await openLayout(folder);
  const entries = (await layout.entries()).filter(({ mediaType }) => isManifestOrIndexType(mediaType));
  return chooseBase({ source: layout }, entries, { reference: layout.folder, platform });
}

interface WantedBase {
  /** For messages. */
  readonly reference: string;
  readonly platform: Platform;
}

async function chooseBase(place: DocumentPlace, listed: readonly Descriptor[], wanted: WantedBase): Promise<BaseImage> {
  const chosen = await chooseManifest(place, listed, wanted.platform);
  if (chosen === undefined) throw noSuchPlatform(wanted.reference, wanted.platform, listed);
  return readChosen(place, chosen, wanted);
}

/** What the config does not say of its platform (`"os": ""`) is as the index says, else as it is wanted. */
async function readChosen(place: DocumentPlace, { manifest, platform: said }: ChosenManifest, wanted: WantedBase): Promise<BaseImage> {
  const read = await readConfig(place, manifest);
  const { os, architecture, variant } = said ?? wanted.platform;
  const isSilent = read.architecture === '';
  const config = {
    ...read,
    ...(read.os === '' && { os }),
    ...(isSilent && { architecture, ...(variant !== undefined && { variant }) }),
  };
  refuseOtherPlatform(config, wanted.reference, wanted.platform);
  return { manifest, config };
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
