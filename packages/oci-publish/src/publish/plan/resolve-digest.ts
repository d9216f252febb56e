import { isOciError, OciError, shortDigest, type Descriptor, type Digest } from '@nx-oci/model';

import { type DestinationFailure } from '../destination/attempt-destinations';
import { describeDestination, type Destination } from '../destination/destination';
import { type ImageFacts, isOnOtherBase, isOtherRelease, isSameBuild, type PublishedImage } from '../image/image-facts';
import { isFound } from '../destination/unknown-tags';
import { type Observation } from './observe';
import { type PublishableImage } from '../image/publishable-image';
import { slugVersion } from '../../tags/grammar/tag-grammar';
import { readPublishedImage } from '../image/read-published-image';

/** The digest that an image gets in every registry. */
export interface ResolvedDigest {
  /** `undefined` while only the engine that will push knows. */
  readonly digest: Digest | undefined;
  /** A registry that already has the same build from elsewhere: its image is used instead of ours. */
  readonly adoptedFrom?: Destination;
  /** An image of this commit, stamped as another release or on an older base: it keeps its tags that stand for the commit. */
  readonly otherRelease?: Digest;
  /** Why a publish would stop here. */
  readonly refusal?: OciError;
}

/** A resolved digest, and the registries that can get it. */
export interface DigestResolution<Observed extends Observation> extends ResolvedDigest {
  readonly observations: readonly Observed[];
  /** Registries that have another image under an immutable tag, and do not get this one. */
  readonly failures: readonly DestinationFailure[];
}

/**
 * Decides which digest the immutable tags of an image point to.
 *
 * An existing immutable tag decides: the same image is up to date, the same build from elsewhere is adopted, anything
 * else stops the publish before a byte is written. A version tag never points to an image that is labelled as another version.
 *
 * @throws OciError `TAG_IMMUTABLE` naming every tag that points to another image.
 */
export async function resolveDigest<Observed extends Observation>(
  image: PublishableImage,
  observations: readonly Observed[],
  immutableTags: readonly string[],
  signal?: AbortSignal,
): Promise<DigestResolution<Observed>> {
  const settle = (some: readonly Observation[]): Promise<ResolvedDigest> => resolveAmong(image, some, immutableTags, signal);
  const lenient = observations.filter(({ destination }) => destination.entry.onFailure === 'continue');
  if (lenient.length === 0) return { ...(await settle(observations)), observations, failures: [] };
  // Registries that must not fail decide first; each of the others either agrees with them, or is left out.
  let agreed = observations.filter((observation) => !lenient.includes(observation));
  let resolved = await settle(agreed);
  const failures: DestinationFailure[] = [];
  for (const observation of lenient) {
    try {
      resolved = await settle([...agreed, observation]);
      agreed = [...agreed, observation];
    } catch (error) {
      failures.push({ destination: observation.destination, error });
    }
  }
  return { ...resolved, observations: agreed, failures };
}

async function resolveAmong(
  image: PublishableImage,
  observations: readonly Observation[],
  immutableTags: readonly string[],
  signal?: AbortSignal,
): Promise<ResolvedDigest> {
  const present = observations.flatMap((observation) => presentTags(observation, immutableTags));
  const first = present.find(({ descriptor }) => descriptor.digest !== image.digest);
  if (first === undefined) return { digest: image.digest };

  const published = await readPublishedImage(first.destination.repository, first.descriptor.digest, { signal });
  if (image.digest !== undefined && published !== undefined && isOtherRelease(image.facts, published.facts)) {
    const isKept = ({ tag, descriptor }: PresentTag) =>
      descriptor.digest === published.digest && !tag.includes(slugVersion(image.facts.version ?? ''));
    const isOurs = ({ descriptor }: PresentTag) => descriptor.digest === image.digest;
    if (present.every((one) => isOurs(one) || isKept(one))) return { digest: image.digest, otherRelease: published.digest };
  }
  if (
    published !== undefined &&
    isNewer(image.facts, published.facts) &&
    present.every(({ descriptor }) => descriptor.digest === published.digest)
  )
    return { digest: image.digest, otherRelease: published.digest };
  const mayStand =
    published !== undefined &&
    (image.isPublishedAs(published) || isSameBuild(image.facts, published.facts) || isOnOtherBase(image.facts, published.facts));
  const digest = mayStand ? first.descriptor.digest : image.digest;
  const refused = present.filter(({ descriptor }) => descriptor.digest !== digest);
  if (refused.length > 0) throw immutableError(refused, image, published);
  return { digest, adoptedFrom: first.destination };
}

/** Whether ours is of the same commit, on a newer base: `countBaseUpdates` has found that out. */
function isNewer(ours: ImageFacts, theirs: ImageFacts): boolean {
  return (ours.baseUpdates ?? 0) > (theirs.baseUpdates ?? 0) && isOnOtherBase(ours, theirs);
}

/** The same for a dry run, which shows tags that point to another image instead of failing. */
export async function resolveDigestToShow<Observed extends Observation>(
  ...clues: Parameters<typeof resolveDigest<Observed>>
): Promise<DigestResolution<Observed>> {
  try {
    return await resolveDigest(...clues);
  } catch (error) {
    if (isOciError(error, 'TAG_IMMUTABLE')) return { digest: clues[0].digest, observations: clues[1], failures: [], refusal: error };
    throw error;
  }
}

interface PresentTag {
  readonly destination: Destination;
  readonly tag: string;
  readonly descriptor: Descriptor;
}

function presentTags({ destination, tags }: Observation, wanted: readonly string[]): PresentTag[] {
  return wanted.flatMap((tag) => {
    const descriptor = tags.get(tag);
    return isFound(descriptor) ? [{ destination, tag, descriptor }] : [];
  });
}

function immutableError(refused: readonly PresentTag[], image: PublishableImage, published: PublishedImage | undefined): OciError {
  const list = refused.map(
    ({ destination, tag, descriptor }) => `${describeDestination(destination)}:${tag} is ${shortDigest(descriptor.digest)}`,
  );
  const whose = published?.facts.project;
  const why = whose !== undefined && whose !== image.facts.project ? `, an image of project ${whose}` : '';
  return new OciError('TAG_IMMUTABLE', `Cannot publish: an immutable tag already points to another image (${list.join('; ')}${why}).`, {
    hint: 'Nothing was changed. Commit your change to get a new SHA tag, or choose another version with --release.',
  });
}
