import {
  chooseDescriptor,
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
  type Digest,
  type EncodedManifest,
  type ImageConfig,
  type Platform,
  type TagReader,
  type TransferOptions,
} from '@nx-oci/model';

// The author of an index decides how much we read: each entry costs two requests, each level one.
const MAX_ENTRIES_READ = 32;
const MAX_LEVELS = 8;
const MAX_MANIFESTS_READ = 256;

/** Where to read the documents of an image. */
export interface DocumentSource extends TransferOptions {
  readonly source: ContentSource & TagReader;
}

/** A manifest of an index, and its platform in the index. */
export interface ChosenManifest {
  readonly manifest: EncodedManifest;
  readonly platform?: Platform;
}

/**
 * The manifest of an index that fits a platform best. Searches nested indexes; for entries without a platform, reads their
 * configs, which name it.
 *
 * @returns `undefined` if none fits.
 * @throws OciError `NOT_FOUND` if a manifest of the index does not exist, `MANIFEST_INVALID`, `CONFIG_INVALID`.
 */
export async function chooseManifest(
  place: DocumentSource,
  listed: readonly Descriptor[],
  platform: Platform,
): Promise<ChosenManifest | undefined> {
  return searchIndex(place, listed, { platform, level: 0, opened: new Set() });
}

async function searchIndex(
  place: DocumentSource,
  listed: readonly Descriptor[],
  query: PlatformQuery,
): Promise<ChosenManifest | undefined> {
  const { platform, level } = query;
  if (level > MAX_LEVELS) return undefined;
  const entries = listed.filter(
    ({ mediaType, annotations }) => isManifestOrIndexType(mediaType) && annotations?.[ATTESTATION] === undefined,
  );
  const [withPlatform, withoutPlatform] = [entries.filter(namesPlatform), entries.filter((entry) => !namesPlatform(entry))];
  for (let left = withPlatform, best = chooseDescriptor(left, platform); best !== undefined; best = chooseDescriptor(left, platform)) {
    const found = await openEntry(place, best, query);
    if (found !== undefined) return { platform: best.platform, ...found };
    left = left.filter((entry) => entry !== best);
  }
  return chooseByConfig(place, withoutPlatform, query);
}

// BuildKit's annotation of attestations, in addition to the platform unknown/unknown.
const ATTESTATION = 'vnd.docker.reference.type';

function namesPlatform({ platform }: Descriptor): boolean {
  return platform !== undefined && platform.os !== '' && platform.architecture !== '';
}

interface PlatformQuery {
  readonly platform: Platform;
  readonly level: number;
  /** What was read so far: indexes that list the next one many times would multiply the requests. */
  readonly opened: Set<Digest>;
}

async function chooseByConfig(
  place: DocumentSource,
  silent: readonly Descriptor[],
  wish: PlatformQuery,
): Promise<ChosenManifest | undefined> {
  const found: (Descriptor & { readonly chosen: ChosenManifest })[] = [];
  for (const entry of silent.slice(0, MAX_ENTRIES_READ)) {
    const chosen = await openEntry(place, entry, wish);
    if (chosen === undefined) continue;
    const { os, architecture, variant } = await readConfig(place, chosen.manifest);
    // A single image without any platform is accepted.
    if (os === '' && architecture === '' && silent.length === 1) return chosen;
    found.push({ ...entry, platform: chosen.platform ?? { os, architecture, ...(variant !== undefined && { variant }) }, chosen });
  }
  const best = chooseDescriptor(found, wish.platform);
  return found.find((entry) => entry === best)?.chosen;
}

async function openEntry(place: DocumentSource, entry: Descriptor, query: PlatformQuery): Promise<ChosenManifest | undefined> {
  const { source, ...options } = place;
  const { opened, level } = query;
  if (opened.has(entry.digest)) return undefined;
  opened.add(entry.digest);
  if (opened.size > MAX_MANIFESTS_READ) throw refuseTooMany();
  const manifest = await source.fetchManifest(entry.digest, options);
  if (manifest === undefined) {
    throw new OciError('NOT_FOUND', `Cannot build on the base image: ${entry.digest}, which its index lists, does not exist.`, {
      hint: 'Pull or push the base image again, with this platform.',
    });
  }
  if (!isIndexType(manifest.descriptor.mediaType)) return { manifest };
  return searchIndex(place, parseIndex(manifest.bytes, manifest.descriptor.mediaType).manifests, { ...query, level: level + 1 });
}

function refuseTooMany(): OciError {
  return new OciError(
    'MANIFEST_INVALID',
    `Cannot build on the base image: its indexes list more than ${MAX_MANIFESTS_READ} manifests that may be for the platform.`,
    { hint: 'Name an image of one platform by its digest in `base`.' },
  );
}

/** The config of an image, verified. */
export async function readConfig({ source, ...options }: DocumentSource, manifest: EncodedManifest): Promise<ImageConfig> {
  const { config: descriptor } = parseManifest(manifest.bytes, manifest.descriptor.mediaType);
  const bytes = await readLimited(await source.fetch(descriptor, options), MAX_CONFIG_BYTES, 'the config of the base image');
  verifyBytes(descriptor, bytes);
  return parseImageConfig(bytes);
}
