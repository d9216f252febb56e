import {
  ANNOTATIONS,
  childrenOf,
  formatPlatform,
  isIndexType,
  normalizePlatform,
  parseImageConfig,
  parseManifestOrIndex,
  readLimited,
  type ContentSource,
  type Descriptor,
  type EncodedManifest,
  type ImageConfig,
  type Platform,
  type TagReader,
} from '@nx-oci/model';

import { type PublishedImage } from './image-facts';
import { readFacts } from './stamp-facts';

// A config of 100 layers with long commands stays below 100 KiB.
const CONFIG_LIMIT_BYTES = 4 * 1024 * 1024;

type ImageReader = TagReader & ContentSource;

export interface ReadingOptions {
  readonly signal?: AbortSignal;
  /** Whether to read the config if only that shows the platform of the image. Default false. */
  readonly withPlatforms?: boolean;
}

/**
 * What an image on a registry says of itself. Our own images say it in annotations of the manifest, which costs one
 * request; of others (and of those that an engine pushed) the config is read, too.
 */
export async function readPublishedImage(
  repository: ImageReader,
  digest: string,
  { signal, withPlatforms = false }: ReadingOptions = {},
): Promise<PublishedImage | undefined> {
  const manifest = await repository.fetchManifest(digest, { signal });
  if (manifest === undefined) return undefined;
  const document = parseManifestOrIndex(manifest.bytes, manifest.descriptor.mediaType);
  const annotations = document.annotations ?? {};
  const isOurs = annotations[ANNOTATIONS.project] !== undefined;
  const listed = 'manifests' in document ? platformsOf(document.manifests) : undefined;
  const isSaid = annotations[ANNOTATIONS.platform] !== undefined || listed !== undefined;
  const config = isOurs && (isSaid || !withPlatforms) ? undefined : await readConfig(repository, manifest, signal);
  const labels = isOurs ? {} : config?.config?.Labels;
  const platforms = listed ?? platformsOf(config === undefined ? [] : [{ platform: config }]);
  return {
    digest: manifest.descriptor.digest,
    configDigest: 'config' in document ? document.config.digest : undefined,
    facts: { ...(platforms && { platforms }), ...readFacts({ ...labels, ...annotations }) },
  };
}

/** Attestations, whose platform is `unknown/unknown`, run nowhere. */
function platformsOf(entries: readonly { readonly platform?: Platform }[]): readonly string[] | undefined {
  const named = entries.flatMap(({ platform }) => (platform === undefined ? [] : [platform]));
  const known = named.filter(({ os, architecture }) => ![os, architecture].some((word) => word === '' || word === 'unknown'));
  return known.length === 0 ? undefined : known.map((platform) => formatPlatform(normalizePlatform(platform)));
}

/** Of an image; of an index, that of its first image. */
async function readConfig(repository: ImageReader, manifest: EncodedManifest, signal?: AbortSignal): Promise<ImageConfig | undefined> {
  const [first] = childrenOf(manifest);
  if (first === undefined) return undefined;
  if (!isIndexType(manifest.descriptor.mediaType)) return fetchConfig(repository, first, signal);
  const child = await repository.fetchManifest(first.digest, { signal });
  const config = child === undefined || isIndexType(child.descriptor.mediaType) ? undefined : childrenOf(child)[0];
  return config === undefined ? undefined : fetchConfig(repository, config, signal);
}

async function fetchConfig(repository: ImageReader, config: Descriptor, signal?: AbortSignal): Promise<ImageConfig | undefined> {
  // An artefact's config is whatever its maker likes; only an image's has labels.
  if (!/image\.(config\.)?v1\+json$/.test(config.mediaType)) return undefined;
  return parseImageConfig(await readLimited(await repository.fetch(config, { signal }), CONFIG_LIMIT_BYTES, 'image config'));
}
