import { type Digest, type OciError } from '@nx-oci/model';

import { attemptDestinations, type DestinationFailure } from '../attempt/attempt-destinations';
import { describeDestination, type Destination } from '../attempt/destination';
import { createJudge } from '../tag/floating/create-judge';
import { observe, type Observation } from './observe';
import { confirmNames } from '../confirm-names';
import { observeNames, planDestination, type DestinationPlan, type PlanContext } from './plan-destination';
import { isChange } from './plan-tag';
import { tagsIn, type PreparedImage } from './prepare-image';
import { settleIdentity, settleToShow } from './settle-identity';
import { refuseUnknown } from '../unknown-tags';

export { type DestinationPlan } from './plan-destination';

/** What will happen to an image. */
export interface ImagePlan {
  readonly prepared: PreparedImage;
  /** `undefined` while only the engine that will push knows. */
  readonly digest: Digest | undefined;
  /** The registry whose bytes are taken instead of ours: the same build, made elsewhere. */
  readonly adoptedFrom?: Destination;
  readonly destinations: readonly DestinationPlan[];
  /** Registries that failed so far, and that the image is left out of. */
  readonly failures: readonly DestinationFailure[];
  /** Why a publish would stop here: an immutable tag stands for another image. Only a dry run goes on to show that. */
  readonly refusal?: OciError;
}

/**
 * Observes every destination of an image and plans it; writes nothing.
 *
 * @throws OciError `TAG_IMMUTABLE` when an immutable tag stands for another image.
 */
export async function planImage(prepared: PreparedImage, context: PlanContext): Promise<ImagePlan> {
  const { image, destinations, tags } = prepared;
  const wantedIn = (destination: Destination): string[] => tagsIn(prepared, destination).tags.map(({ tag }) => tag);
  const { signal, early } = context;
  const seen = await attemptDestinations(
    destinations,
    (destination) => destination,
    async (destination) => {
      // A new image is nowhere yet: its digest is not asked for.
      const observing = observe(destination, wantedIn(destination), undefined, {
        signal,
        resolve: (tag) => early.resolve(destination, tag),
      });
      const askNames = () => observeNames(prepared, destination, context);
      const [observation, listed] = await Promise.all([observing, askNames()]);
      const names = await confirmNames(observation, listed, askNames);
      refuseUnknownNames(prepared, observation);
      return { ...observation, names };
    },
  );
  // None of them is set from uncommitted changes, whatever they point at.
  const immutable = (prepared.git.isDirty ? [] : tags.tags)
    .filter(({ isFloating, namesContent }) => !isFloating && namesContent !== true)
    .map(({ tag }) => tag);
  const settle = prepared.task.isDryRun ? settleToShow : settleIdentity;
  const settled = await settle(image, seen.values, immutable, signal);
  const { digest, adoptedFrom, refusal } = settled;
  const judge = createJudge(context);
  const planned = await attemptDestinations(
    settled.observations,
    ({ destination }) => destination,
    (observation) => planDestination(prepared, observation, settled, judge),
  );
  const failures = [...seen.failures, ...settled.failures, ...planned.failures];
  if (planned.values.length === 0 && failures[0] !== undefined) throw failures[0].error;
  return { prepared, digest, adoptedFrom, destinations: planned.values, failures, refusal };
}

/** @throws OciError where a name that is never to change may be taken already. A dry run goes on to show that. */
function refuseUnknownNames(prepared: PreparedImage, { destination, tags }: Observation): void {
  const { isDryRun, isForced } = prepared.task;
  if (isDryRun || isForced || !destination.entry.guard) return;
  const unknown = tagsIn(prepared, destination).tags.filter(({ tag, isFloating }) => !isFloating && tags.get(tag) === 'unknown');
  if (unknown.length > 0)
    throw refuseUnknown(
      describeDestination(destination),
      unknown.map(({ tag }) => tag),
    );
}

/** Whether anything has to be sent or written at this destination. */
export function hasWork({ tags }: DestinationPlan): boolean {
  return tags.some(isChange);
}
