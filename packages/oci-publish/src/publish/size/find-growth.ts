import {
  ANNOTATIONS,
  childrenOf,
  chooseDescriptor,
  isIndexType,
  isOciError,
  parseIndex,
  parseManifest,
  parsePlatform,
  type Descriptor,
  type Digest,
  type EncodedManifest,
  type Lookup,
} from '@nx-oci/model';

import { type Destination } from '../destination/destination';
import { isFound } from '../destination/unknown-tags';
import { imageSize } from '../image/image-size';
import { type PublishableImage } from '../image/publishable-image';

/** A layer of the new or the previous image; `sizeBytes` is compressed. */
export interface LayerChange {
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly change: 'same' | 'new' | 'gone';
}

/** How the size of an image compares with that of the image that a floating tag points at. */
export type Growth =
  /** The image is not built yet, or has no floating tag. */
  | { readonly kind: 'none' }
  /** None of its floating tags exists. */
  | { readonly kind: 'new' }
  | UnknownGrowth
  | KnownGrowth;

/** There may be an image to compare with, but its size is not known. */
export interface UnknownGrowth {
  readonly kind: 'unknown';
  /** The registry did not send a manifest with the digest of the tag, or did not say whether the tag exists. */
  readonly lacks: 'manifest' | 'lookup';
  readonly tag: string;
  readonly destination: Destination;
}

export interface KnownGrowth {
  readonly kind: 'known';
  readonly tag: string;
  readonly destination: Destination;
  /** The digest that the tag points at, perhaps of an index. */
  readonly from: Digest;
  /** The size of the previous image for our platform. */
  readonly beforeBytes: number;
  readonly afterBytes: number;
  /** Our layers in their order, then removed ones. */
  readonly layers: readonly LayerChange[];
}

/** What the tags of a destination point at. */
interface ObservedTags {
  readonly destination: Destination;
  readonly tags: ReadonlyMap<string, Lookup>;
}

/**
 * Compares an image with what its first floating tag points at, in the first registry where that is known. Sends requests
 * only for the images of an index: the lookup of a tag returns its manifest; if it does not (Docker Hub), the previous size is unknown.
 */
export async function findGrowth(
  image: PublishableImage,
  floating: readonly string[],
  observations: readonly ObservedTags[],
): Promise<Growth> {
  const { sizeBytes, platforms } = image;
  if (sizeBytes === undefined || floating.length === 0) return { kind: 'none' };
  const targets = observations.flatMap(({ destination, tags }) =>
    floating.flatMap((tag) => {
      const there = tags.get(tag);
      return isFound(there) ? [{ tag, destination, digest: there.digest }] : [];
    }),
  );
  for (const { tag, destination, digest } of targets) {
    const before = await recall(destination, digest, image);
    if (before === undefined) continue;
    // A new platform has nothing to compare with.
    const after = platforms.flatMap(({ platform, manifest }) => (before.has(platform) ? [manifest] : []));
    const old = [...before.values()];
    const layers = compareLayers(layersOf(old), layersOf(after));
    return { kind: 'known', tag, destination, from: digest, beforeBytes: imageSize(old), afterBytes: imageSize(after), layers };
  }
  const [first] = targets;
  if (first !== undefined) return { kind: 'unknown', lacks: 'manifest', tag: first.tag, destination: first.destination };
  return findUnanswered(floating, observations) ?? { kind: 'new' };
}

function findUnanswered(floating: readonly string[], observations: readonly ObservedTags[]): UnknownGrowth | undefined {
  for (const { destination, tags } of observations) {
    const tag = floating.find((one) => tags.get(one) === 'unknown');
    if (tag !== undefined) return { kind: 'unknown', lacks: 'lookup', tag, destination };
  }
  return undefined;
}

/** Each once. */
function layersOf(manifests: readonly EncodedManifest[]): readonly Descriptor[] {
  // The config comes first.
  const layers = manifests.flatMap((manifest) => childrenOf(manifest).slice(1));
  return [...new Map(layers.map((layer) => [layer.digest, layer])).values()];
}

function compareLayers(before: readonly Descriptor[], after: readonly Descriptor[]): readonly LayerChange[] {
  const [had, has] = [before, after].map((layers) => new Set(layers.map(({ digest }) => digest))) as [Set<Digest>, Set<Digest>];
  const ours = after.map(({ digest, size }): LayerChange => ({ digest, sizeBytes: size, change: had.has(digest) ? 'same' : 'new' }));
  const gone = before.filter(({ digest }) => !has.has(digest));
  return [...ours, ...gone.map(({ digest, size }): LayerChange => ({ digest, sizeBytes: size, change: 'gone' }))];
}

/**
 * The manifests for our platforms, if this run has read what the tag points at. For an image of several platforms those below the
 * index there are read now: they are needed anyway, to find which blobs exist.
 */
async function recall(
  { repository }: Destination,
  digest: Digest,
  { platforms, digest: own }: PublishableImage,
): Promise<ReadonlyMap<string, EncodedManifest> | undefined> {
  if (digest === own) return new Map(platforms.map(({ platform, manifest }) => [platform, manifest]));
  const found = await repository.recallManifest?.(digest);
  const [first] = platforms;
  if (found === undefined || first === undefined) return undefined;
  if (!isIndexType(found.descriptor.mediaType)) {
    const named = parseManifest(found.bytes, found.descriptor.mediaType).annotations?.[ANNOTATIONS.platform];
    return new Map([[platforms.find(({ platform }) => platform === named)?.platform ?? first.platform, found]]);
  }
  const { manifests } = parseIndex(found.bytes, found.descriptor.mediaType);
  const old = await Promise.all(
    platforms.map(async ({ platform }): Promise<readonly (readonly [string, EncodedManifest])[]> => {
      const entry = chooseDescriptor(manifests, parsePlatform(platform));
      const manifest =
        entry && (await (platforms.length === 1 ? repository.recallManifest?.(entry.digest) : readIfThere(repository, entry.digest)));
      return manifest === undefined || isIndexType(manifest.descriptor.mediaType) ? [] : [[platform, manifest]];
    }),
  );
  return old.flat().length === 0 ? undefined : new Map(old.flat());
}

/** An unknown size must not cause a failure. */
async function readIfThere(repository: Destination['repository'], digest: Digest): Promise<EncodedManifest | undefined> {
  try {
    return await repository.fetchManifest(digest);
  } catch (error) {
    if (isOciError(error)) return undefined;
    throw error;
  }
}
