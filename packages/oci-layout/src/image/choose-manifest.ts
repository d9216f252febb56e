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
  type EncodedManifest,
  type ImageConfig,
  type Platform,
  type TagReader,
  type TransferOptions,
} from '@nx-oci/model';

// Whoever writes an index chooses how much we read: each entry costs two requests, each level one.
const MOST_ENTRIES_READ = 32;
const MOST_LEVELS = 8;

/** Where the documents of an image are read. */
export interface DocumentPlace extends TransferOptions {
  readonly source: ContentSource & TagReader;
}

/** A manifest of an index, and the platform that the index says it is for. */
export interface ChosenManifest {
  readonly manifest: EncodedManifest;
  readonly platform?: Platform;
}

/**
 * The manifest, of those that an index lists, that fits a platform best. Indexes within are descended into; entries for which
 * no platform is named are asked for it: their configs say what they run on.
 *
 * @returns `undefined` where none fits.
 * @throws OciError `NOT_FOUND` where the index names what is not there, `MANIFEST_INVALID`, `CONFIG_INVALID`.
 */
export async function chooseManifest(
  place: DocumentPlace,
  listed: readonly Descriptor[],
  platform: Platform,
  level = 0,
): Promise<ChosenManifest | undefined> {
  if (level > MOST_LEVELS) return undefined;
  const entries = listed.filter(
    ({ mediaType, annotations }) => isManifestOrIndexType(mediaType) && annotations?.[ATTESTATION] === undefined,
  );
  const [telling, silent] = [entries.filter(namesPlatform), entries.filter((entry) => !namesPlatform(entry))];
  for (let left = telling, best = chooseDescriptor(left, platform); best !== undefined; best = chooseDescriptor(left, platform)) {
    const found = await openEntry(place, best, { platform, level });
    if (found !== undefined) return { platform: best.platform, ...found };
    left = left.filter((entry) => entry !== best);
  }
  return chooseSilent(place, silent, { platform, level });
}

// What BuildKit writes at attestations, beside the platform unknown/unknown.
const ATTESTATION = 'vnd.docker.reference.type';

function namesPlatform({ platform }: Descriptor): boolean {
  return platform !== undefined && platform.os !== '' && platform.architecture !== '';
}

interface Wish {
  readonly platform: Platform;
  readonly level: number;
}

async function chooseSilent(place: DocumentPlace, silent: readonly Descriptor[], wish: Wish): Promise<ChosenManifest | undefined> {
  const found: (Descriptor & { readonly chosen: ChosenManifest })[] = [];
  for (const entry of silent.slice(0, MOST_ENTRIES_READ)) {
    const chosen = await openEntry(place, entry, wish);
    if (chosen === undefined) continue;
    const { os, architecture, variant } = await readConfig(place, chosen.manifest);
    // An image that says nothing anywhere may be the one that is meant, if it is alone.
    if (os === '' && architecture === '' && silent.length === 1) return chosen;
    found.push({ ...entry, platform: chosen.platform ?? { os, architecture, ...(variant !== undefined && { variant }) }, chosen });
  }
  const best = chooseDescriptor(found, wish.platform);
  return found.find((entry) => entry === best)?.chosen;
}

async function openEntry(place: DocumentPlace, entry: Descriptor, { platform, level }: Wish): Promise<ChosenManifest | undefined> {
  const { source, ...options } = place;
  const manifest = await source.fetchManifest(entry.digest, options);
  if (manifest === undefined) {
    throw new OciError('NOT_FOUND', `Cannot build on the base image: its index names ${entry.digest}, which is not there.`, {
      hint: 'Pull or push the base image again, with this platform.',
    });
  }
  if (!isIndexType(manifest.descriptor.mediaType)) return { manifest };
  return chooseManifest(place, parseIndex(manifest.bytes, manifest.descriptor.mediaType).manifests, platform, level + 1);
}

/** The config of an image, verified. */
export async function readConfig({ source, ...options }: DocumentPlace, manifest: EncodedManifest): Promise<ImageConfig> {
  const { config: descriptor } = parseManifest(manifest.bytes, manifest.descriptor.mediaType);
  const bytes = await readLimited(await source.fetch(descriptor, options), MAX_CONFIG_BYTES, 'the config of the base image');
  verifyBytes(descriptor, bytes);
  return parseImageConfig(bytes);
}
