import {
  encodeManifest,
  formatPlatform,
  isImageIndex,
  normalizePlatform,
  OciError,
  parseImageConfig,
  parseManifestOrIndex,
  readLimited,
  type ContentSource,
  type Descriptor,
  type EncodedManifest,
  type ImageIndex,
  type ImageManifest,
  type Platform,
  MAX_CONFIG_BYTES,
  MEDIA_TYPES,
} from '@nx-oci/model';

// BuildKit: the annotation of an attestation names its image manifest.
const ATTESTED_DIGEST = 'vnd.docker.reference.digest';

/**
 * The document with only these platforms: a new index with another digest, or the document itself if nothing
 * has to be left out. Attestations of BuildKit stay with their images.
 *
 * @throws OciError `PLATFORM_INVALID` for a missing platform, with those that exist.
 */
export async function selectPlatforms(
  source: ContentSource,
  manifest: EncodedManifest,
  platforms: readonly Platform[],
): Promise<EncodedManifest> {
  if (platforms.length === 0) return manifest;
  const document = parseManifestOrIndex(manifest.bytes, manifest.descriptor.mediaType);
  if (isImageIndex(document)) return narrowIndex(manifest, document, platforms);
  refuseMissing(platforms, [await readPlatform(source, document)]);
  return manifest;
}

function narrowIndex(manifest: EncodedManifest, index: ImageIndex, platforms: readonly Platform[]): EncodedManifest {
  const images = index.manifests.filter(({ annotations }) => annotations?.[ATTESTED_DIGEST] === undefined);
  refuseMissing(
    platforms,
    images.map(({ platform }) => nameOf(platform)),
  );
  const names = platforms.map(nameOf);
  const chosen = new Set(images.filter(({ platform }) => names.includes(nameOf(platform))).map(({ digest }) => digest as string));
  const isKept = ({ digest, annotations }: Descriptor): boolean => chosen.has(annotations?.[ATTESTED_DIGEST] ?? digest);
  const manifests = index.manifests.filter(isKept);
  return manifests.length === index.manifests.length ? manifest : encodeManifest({ ...index, manifests });
}

function refuseMissing(platforms: readonly Platform[], present: readonly string[]): void {
  const missing = platforms.map(nameOf).filter((name) => !present.includes(name));
  if (missing.length === 0) return;
  const there = [...new Set(present.filter((name) => name !== ''))];
  throw new OciError('PLATFORM_INVALID', `The source has no image for ${missing.join(', ')}.`, {
    hint: there.length === 0 ? 'This artifact has no platform: omit `platforms`.' : `Available: ${there.join(', ')}.`,
  });
}

/** The platform of a single image, from its config; none for an artifact such as a chart. */
async function readPlatform(source: ContentSource, { config }: ImageManifest): Promise<string> {
  if (config.mediaType !== MEDIA_TYPES.ociConfig && config.mediaType !== MEDIA_TYPES.dockerConfig) return '';
  return nameOf(parseImageConfig(await readLimited(await source.fetch(config), MAX_CONFIG_BYTES, 'the image’s config')));
}

function nameOf(platform: Platform | undefined): string {
  return platform === undefined ? '' : formatPlatform(normalizePlatform(platform));
}
