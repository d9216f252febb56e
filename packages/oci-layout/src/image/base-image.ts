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
  type Digest,
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
  /** What its tag pointed at: the manifest, or the index that lists it. Absent if it was not looked up. */
  readonly root?: Digest;
}

export interface LoadBaseOptions extends TransferOptions {
  /** The image in messages, with its registry; by default the tag or digest alone. */
  readonly name?: string;
}

/**
 * Reads and verifies manifest and config of the image for each of some platforms. The reference is looked up once: all of them
 * come from the same version of the base.
 *
 * @param reference a tag or digest in `source`.
 * @returns one image a platform, in the order of `platforms`.
 * @throws OciError `NOT_FOUND`, `PLATFORM_INVALID` with all platforms that the image does not support, `MANIFEST_INVALID`,
 *   `CONFIG_INVALID`.
 */
export async function loadBases(
  source: ContentSource & TagReader,
  reference: string,
  platforms: readonly Platform[],
  { name = reference, ...options }: LoadBaseOptions = {},
): Promise<readonly BaseImage[]> {
  const document = await source.fetchManifest(reference, options);
  if (document === undefined) {
    throw new OciError('NOT_FOUND', `Cannot build on the base image: ${name} does not exist.`, {
      hint: 'Correct the name, tag or digest in `base`.',
    });
  }
  const documents = { source, ...options };
  const { mediaType, digest: root } = document.descriptor;
  const manifests = isIndexType(mediaType) ? parseIndex(document.bytes, mediaType).manifests : undefined;
  const found = platforms.map((platform) =>
    manifests === undefined ? readChosen(documents, { manifest: document }, platform) : chooseBase(documents, manifests, platform),
  );
  return collectBases(name, await Promise.all(found)).map((image) => ({ ...image, root }));
}

/** The same for one platform. */
export async function loadBase(
  source: ContentSource & TagReader,
  reference: string,
  platform: Platform,
  options: LoadBaseOptions = {},
): Promise<BaseImage> {
  return only(await loadBases(source, reference, [platform], options));
}

/**
 * Reads the base images for some platforms from a layout folder with one image, or one image per platform.
 *
 * @throws OciError `LAYOUT_INVALID`, and those of `loadBases`.
 */
export async function readBasesFromLayout(folder: string, platforms: readonly Platform[]): Promise<readonly BaseImage[]> {
  const layout = await openLayout(folder);
  const entries = (await layout.entries()).filter(({ mediaType }) => isManifestOrIndexType(mediaType));
  return collectBases(layout.folder, await Promise.all(platforms.map((platform) => chooseBase({ source: layout }, entries, platform))));
}

function only([image]: readonly BaseImage[]): BaseImage {
  if (image === undefined) throw new Error('no base image for a platform');
  return image;
}

/** What was found for a platform; `offered` is what the base has instead. */
type FoundPlatform = BaseImage | { readonly platform: Platform; readonly offered: readonly Descriptor[] };

function collectBases(name: string, found: readonly FoundPlatform[]): readonly BaseImage[] {
  const missing = found.filter((one) => 'offered' in one);
  if (missing.length === 0) return found.flatMap((one) => ('offered' in one ? [] : [one]));
  const wanted = missing.map(({ platform }) => formatPlatform(platform)).join(' and ');
  throw new OciError('PLATFORM_INVALID', `Cannot build on the base image ${name}: it does not support ${wanted}.`, {
    hint: describeOffered(missing.flatMap(({ offered }) => offered)),
  });
}

function describeOffered(offered: readonly Descriptor[]): string {
  const names = offered.flatMap(({ platform }) => (platform === undefined ? [] : [formatPlatform(platform)]));
  const known = [...new Set(names)].filter((name) => !name.startsWith('unknown/'));
  return known.length === 0 ? 'It names no platform.' : `It supports ${known.join(', ')}.`;
}

async function chooseBase(documents: DocumentSource, listed: readonly Descriptor[], platform: Platform): Promise<FoundPlatform> {
  const chosen = await chooseManifest(documents, listed, platform);
  return chosen === undefined ? { platform, offered: listed } : readChosen(documents, chosen, platform);
}

/** If the config lacks its platform (`"os": ""`), that of the index applies, else the wanted one. */
async function readChosen(
  documents: DocumentSource,
  { manifest, platform: declared }: ChosenManifest,
  wanted: Platform,
): Promise<FoundPlatform> {
  const read = await readConfig(documents, manifest);
  const { os, architecture, variant } = declared ?? wanted;
  const lacksArchitecture = read.architecture === '';
  const config = {
    ...read,
    ...(read.os === '' && { os }),
    ...(lacksArchitecture && { architecture, ...(variant !== undefined && { variant }) }),
  };
  const own = platformOf(config, wanted);
  return chooseDescriptor([own], wanted) === undefined ? { platform: wanted, offered: [own] } : { manifest, config };
}

/** Without an index, only the config of an image names its platform. */
function platformOf({ os, architecture, variant }: ImageConfig, wanted: Platform): Descriptor {
  const platform = { os, architecture, ...(variant !== undefined && { variant }), 'os.version': wanted['os.version'] };
  return { mediaType: '', digest: digestOf(''), size: 0, platform };
}
