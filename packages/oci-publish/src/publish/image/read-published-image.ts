import {
  ANNOTATIONS,
  childrenOf,
  isIndexType,
  parseImageConfig,
  parseManifestOrIndex,
  readLimited,
  type ContentSource,
  type Descriptor,
  type EncodedManifest,
  type TagReader,
} from '@nx-oci/model';

import { type PublishedImage } from './image-facts';
import { readFacts } from './stamp-facts';

// A config of 100 layers with long commands stays below 100 KiB.
const CONFIG_LIMIT_BYTES = 4 * 1024 * 1024;

type ImageReader = TagReader & ContentSource;

/**
 * What an image on a registry says of itself. Our own images say it in annotations of the manifest, which costs one
 * request; of others (and of those that an engine pushed) the config is read, too.
 */
export async function readPublishedImage(
  repository: ImageReader,
  digest: string,
  signal?: AbortSignal,
): Promise<PublishedImage | undefined> {
  const manifest = await repository.fetchManifest(digest, { signal });
  if (manifest === undefined) return undefined;
  const document = parseManifestOrIndex(manifest.bytes, manifest.descriptor.mediaType);
  const annotations = document.annotations ?? {};
  const configDigest = 'config' in document ? document.config.digest : undefined;
  const labels = annotations[ANNOTATIONS.project] === undefined ? await readLabels(repository, manifest, signal) : {};
  return { digest: manifest.descriptor.digest, configDigest, facts: readFacts({ ...labels, ...annotations }) };
}

async function readLabels(
  repository: ImageReader,
  manifest: EncodedManifest,
  signal?: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const [first] = childrenOf(manifest);
  if (first === undefined) return {};
  if (!isIndexType(manifest.descriptor.mediaType)) return readConfigLabels(repository, first, signal);
  const child = await repository.fetchManifest(first.digest, { signal });
  const config = child === undefined || isIndexType(child.descriptor.mediaType) ? undefined : childrenOf(child)[0];
  return config === undefined ? {} : readConfigLabels(repository, config, signal);
}

async function readConfigLabels(
  repository: ImageReader,
  config: Descriptor,
  signal?: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  // An artefact's config is whatever its maker likes; only an image's has labels.
  if (!/image\.(config\.)?v1\+json$/.test(config.mediaType)) return {};
  const bytes = await readLimited(await repository.fetch(config, { signal }), CONFIG_LIMIT_BYTES, 'image config');
  return parseImageConfig(bytes).config?.Labels ?? {};
}
