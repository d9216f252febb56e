import {
  childrenOf,
  isIndexType,
  parseIndex,
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

/** A layer of the new image or of the one before; `sizeBytes` is compressed. */
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
  /** Of what the tag points at; of the index, if it is one. */
  readonly from: Digest;
  /** Of the image there, for our platform. */
  readonly beforeBytes: number;
  readonly afterBytes: number;
  /** Ours in their order, then those that are gone. */
  readonly layers: readonly LayerChange[];
}

/** What the tags of a destination point at. */
interface ObservedTags {
  readonly destination: Destination;
  readonly tags: ReadonlyMap<string, Lookup>;
}

/**
 * Compares an image with what its first floating tag points at, in the first registry where that is known. Asks no registry:
 * a look at a tag brings its manifest; where it does not (Docker Hub), the size that was remains unknown.
 */
export async function findGrowth(
  image: PublishableImage,
  floating: readonly string[],
  observations: readonly ObservedTags[],
): Promise<Growth> {
  const { sizeBytes, platform, contents } = image;
  if (sizeBytes === undefined || floating.length === 0) return { kind: 'none' };
  const targets = observations.flatMap(({ destination, tags }) =>
    floating.flatMap((tag) => {
      const there = tags.get(tag);
      return isFound(there) ? [{ tag, destination, digest: there.digest }] : [];
    }),
  );
  for (const { tag, destination, digest } of targets) {
    const before = await recall(destination, digest, platform);
    if (before === undefined) continue;
    const layers = compareLayers(layersOf(childrenOf(before)), layersOf(contents));
    return { kind: 'known', tag, destination, from: digest, beforeBytes: imageSize(before), afterBytes: sizeBytes, layers };
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

/** The config comes first. */
function layersOf([, ...layers]: readonly Descriptor[]): readonly Descriptor[] {
  return layers;
}

function compareLayers(before: readonly Descriptor[], after: readonly Descriptor[]): readonly LayerChange[] {
  const [had, has] = [before, after].map((layers) => new Set(layers.map(({ digest }) => digest))) as [Set<Digest>, Set<Digest>];
  const ours = after.map(({ digest, size }): LayerChange => ({ digest, sizeBytes: size, change: had.has(digest) ? 'same' : 'new' }));
  const gone = before.filter(({ digest }) => !has.has(digest));
  return [...ours, ...gone.map(({ digest, size }): LayerChange => ({ digest, sizeBytes: size, change: 'gone' }))];
}

/** The manifest for our platform, if this run has read it. */
async function recall({ repository }: Destination, digest: Digest, platform: string): Promise<EncodedManifest | undefined> {
  const found = await repository.recallManifest?.(digest);
  if (found === undefined || !isIndexType(found.descriptor.mediaType)) return found;
  const { os, architecture } = parsePlatform(platform);
  const ours = parseIndex(found.bytes, found.descriptor.mediaType).manifests.find(
    (one) => one.platform?.os === os && one.platform.architecture === architecture,
  );
  return ours && (await repository.recallManifest?.(ours.digest));
}
