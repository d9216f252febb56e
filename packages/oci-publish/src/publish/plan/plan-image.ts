import { type Digest, type OciError } from '@nx-oci/model';

import { attemptDestinations, type DestinationFailure } from '../destination/attempt-destinations';
import { type Destination } from '../destination/destination';
import { createOrderResolver, type OrderResolverOptions } from '../tag/floating/create-order-resolver';
import { type BaseTags } from '../image/base-tags';
import { countBaseUpdates } from './count-base-updates';
import { findGrowth, type Growth } from '../size/find-growth';
import { findSizeRefusal } from '../size/find-size-refusal';
import { type ObservedImage } from './observe-image';
import { planDestination, type DestinationPlan } from './plan-destination';
import { isChange } from './plan-tag';
import { type PreparedImage } from './prepare-image';
import { resolveDigest, resolveDigestToShow } from './resolve-digest';

export { type DestinationPlan } from './plan-destination';

/** What will happen to an image. */
export interface ImagePlan {
  readonly prepared: PreparedImage;
  /** `undefined` while only the engine that will push knows. */
  readonly digest: Digest | undefined;
  /** The registry whose image is used instead of ours: the same build from elsewhere. */
  readonly adoptedFrom?: Destination;
  readonly destinations: readonly DestinationPlan[];
  /** Registries that failed so far, and do not get the image. */
  readonly failures: readonly DestinationFailure[];
  /** Why a publish would stop here: an immutable tag points to another image, or the image is too large. Only a dry run continues, to show that. */
  readonly refusal?: OciError;
  readonly growth: Growth;
}

export interface PlanContext extends OrderResolverOptions {
  /** Shared by all images of the run. */
  readonly bases: BaseTags;
}

/**
 * Plans an image at all destinations, based on their current state.
 *
 * @throws OciError `TAG_IMMUTABLE` when an immutable tag points to another image; `IMAGE_TOO_LARGE`.
 */
export async function planImage(
  { prepared: observed, destinations, failures: unseen }: ObservedImage,
  context: PlanContext,
): Promise<ImagePlan> {
  const prepared = await countBaseUpdates(observed, destinations, context.bases);
  const { image, tags, task, git } = prepared;
  // Uncommitted changes set no immutable tag, whatever it points at.
  const immutable = (git.isDirty ? [] : tags.tags)
    .filter(({ isFloating, isContentAddressed }) => !isFloating && isContentAddressed !== true)
    .map(({ tag }) => tag);
  const settle = task.isDryRun ? resolveDigestToShow : resolveDigest;
  const settled = await settle(image, destinations, immutable, context.signal);
  const { digest, adoptedFrom, refusal } = settled;
  const resolver = createOrderResolver(context);
  const planned = await attemptDestinations(
    settled.observations,
    ({ destination }) => destination,
    (observation) => planDestination(prepared, observation, settled, resolver),
  );
  const failures = [...unseen, ...settled.failures, ...planned.failures];
  if (planned.values.length === 0 && failures[0] !== undefined) throw failures[0].error;
  const floating = tags.tags.filter(({ isFloating }) => isFloating).map(({ tag }) => tag);
  const growth = await findGrowth(image, floating, settled.observations);
  const tooLarge = findSizeRefusal(task.project, { platforms: image.platforms, growth }, task.limits);
  if (tooLarge !== undefined && !task.isDryRun) throw tooLarge;
  return { prepared, digest, adoptedFrom, destinations: planned.values, failures, refusal: refusal ?? tooLarge, growth };
}

/** Whether anything has to be sent or written at this destination. */
export function hasWork({ tags }: DestinationPlan): boolean {
  return tags.some(isChange);
}
