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
import { chooseManifest, readConfig, type ChosenManifest, type DocumentSource } from './choose-manifest';

/** The documents of a base image. Its layers are not copied. */
export interface BaseImage {
  readonly manifest: EncodedManifest;
  readonly config: ImageConfig;
}

export interface LoadBaseOptions extends TransferOptions {
  /** The image in messages, with its registry; by default the tag or digest alone. */
  readonly name?: string;
}

/**
 * Reads and verifies manifest and config of the image for one platform.
 *
 * @param reference a tag or digest in `source`.
 * @throws OciError `NOT_FOUND`, `PLATFORM_INVALID` if the image does not support the platform, `MANIFEST_INVALID`,
 *   `CONFIG_INVALID`.
 */
export async function loadBase(
  source: ContentSource & TagReader,
  reference: string,
  platform: Platform,
  { name = reference, ...options }: LoadBaseOptions = {},
): Promise<BaseImage> {
  const document = await source.fetchManifest(reference, options);
  if (document === undefined) {
    throw new OciError('NOT_FOUND', `Cannot build on the base image: ${name} does not exist.`, {
      hint: 'Correct the tag or digest of `base`.',
    });
  }
  const documents = { source, ...options };
  const wanted = { name, platform };
  if (!isIndexType(document.descriptor.mediaType)) return readChosen(documents, { manifest: document }, wanted);
  const { manifests } = parseIndex(document.bytes, document.descriptor.mediaType);
  return chooseBase(documents, manifests, wanted);
}

/**
 * Reads the base image from a layout folder with one image, or one image per platform.
 *
 * @throws OciError `LAYOUT_INVALID`, and those of `loadBase`.
 */
export async function readBaseFromLayout(folder: string, platform: Platform): Promise<BaseImage> {
  const layout = await openLayout(folder);
  const entries = (await layout.entries()).filter(({ mediaType }) => isManifestOrIndexType(mediaType));
  return chooseBase({ source: layout }, entries, { name: layout.folder, platform });
}

interface WantedBase {
  /** For messages. */
  readonly name: string;
  readonly platform: Platform;
}

async function chooseBase(documents: DocumentSource, listed: readonly Descriptor[], wanted: WantedBase): Promise<BaseImage> {
  const chosen = await chooseManifest(documents, listed, wanted.platform);
  if (chosen === undefined) throw noSuchPlatform(wanted.name, wanted.platform, listed);
  return readChosen(documents, chosen, wanted);
}

/** If the config lacks its platform (`"os": ""`), that of the index applies, else the wanted one. */
async function readChosen(
  documents: DocumentSource,
  { manifest, platform: declared }: ChosenManifest,
  wanted: WantedBase,
): Promise<BaseImage> {
  const read = await readConfig(documents, manifest);
  const { os, architecture, variant } = declared ?? wanted.platform;
  const lacksArchitecture = read.architecture === '';
  const config = {
    ...read,
    ...(read.os === '' && { os }),
    ...(lacksArchitecture && { architecture, ...(variant !== undefined && { variant }) }),
  };
  refuseOtherPlatform(config, wanted.name, wanted.platform);
  return { manifest, config };
}

/** Without an index, only the config of an image names its platform. */
function refuseOtherPlatform(config: ImageConfig, name: string, platform: Platform): void {
  const { os, architecture, variant } = config;
  const own = { os, architecture, ...(variant !== undefined && { variant }) };
  const descriptor = { mediaType: '', digest: digestOf(''), size: 0, platform: { ...own, 'os.version': platform['os.version'] } };
  if (chooseDescriptor([descriptor], platform) === undefined) throw noSuchPlatform(name, platform, [descriptor]);
}

function noSuchPlatform(what: string, platform: Platform, offered: readonly Descriptor[]): OciError {
  const names = offered.flatMap((descriptor) => (descriptor.platform === undefined ? [] : [formatPlatform(descriptor.platform)]));
  const known = names.filter((name) => !name.startsWith('unknown/'));
  return new OciError('PLATFORM_INVALID', `Cannot build on the base image ${what}: it does not support ${formatPlatform(platform)}.`, {
    hint: known.length === 0 ? 'It names no platform.' : `It supports ${known.join(', ')}.`,
  });
}
