import { type RequestedTag } from '../../tags/compute-tags';
import { reasonToHold } from '../../tags/reason-to-hold';
import { isVersionLine } from '../../tags/version-names';
import { attemptDestinations, type DestinationFailure } from '../destination/attempt-destinations';
import { describeDestination, type Destination } from '../destination/destination';
import { refuseUnknown } from '../destination/unknown-tags';
import { systemClock } from '../tag/floating/clock';
import { listNames, type KnownNames } from '../tag/floating/list-names';
import { confirmNames } from './confirm-names';
import { observe, type Observation } from './observe';
import { type TagPrefetch } from './prefetch-tags';
import { tagsIn, type PreparedImage } from './prepare-image';

/** An image, and the state of its registries. */
export interface ObservedImage {
  readonly prepared: PreparedImage;
  readonly destinations: readonly ObservedDestination[];
  /** Registries that failed, and do not get the image. */
  readonly failures: readonly DestinationFailure[];
}

/** The state of a destination; `names` lists its tags, and is requested only if versions compete. */
export interface ObservedDestination extends Observation {
  readonly names: KnownNames | undefined;
}

export interface ObserveContext {
  /** Lookups that started before all tag names were known. */
  readonly prefetch: TagPrefetch;
  readonly signal?: AbortSignal;
}

/**
 * Reads every destination of an image; writes nothing.
 *
 * @throws OciError `DENIED` if a registry does not say whether an immutable tag is set; errors of registries.
 */
export async function observeImage(prepared: PreparedImage, { prefetch, signal }: ObserveContext): Promise<ObservedImage> {
  const { values, failures } = await attemptDestinations(
    prepared.destinations,
    (destination) => destination,
    async (destination): Promise<ObservedDestination> => {
      const wanted = tagsIn(prepared, destination).tags.map(({ tag }) => tag);
      // No registry has a new image yet, so its digest is not requested.
      const observing = observe(destination, wanted, undefined, { signal, resolve: (tag) => prefetch.resolve(destination, tag) });
      const askNames = () => observeNames(prepared, destination, signal);
      const [observation, listed] = await Promise.all([observing, askNames()]);
      const names = await confirmNames(observation, listed, askNames);
      refuseUnknownNames(prepared, observation);
      return { ...observation, names };
    },
  );
  return { prepared, destinations: values, failures };
}

/** Lists the tags of a destination, if a release would move a tag that versions compete for. */
async function observeNames(
  prepared: PreparedImage,
  destination: Destination,
  signal: AbortSignal | undefined,
): Promise<KnownNames | undefined> {
  const { git, version, task } = prepared;
  const { entry, repository } = destination;
  const facts = { git, isRelease: true, isForced: task.isForced, isGuarded: entry.guard };
  const isWanted = (wanted: RequestedTag): boolean =>
    wanted.isFloating && isVersionLine(wanted.scope) && reasonToHold(wanted, facts) === undefined;
  if (version.release === undefined || task.isForced || !entry.guard || !tagsIn(prepared, destination).tags.some(isWanted))
    return undefined;
  return listNames(repository, { clock: systemClock, signal });
}

/** @throws OciError if an immutable tag may already exist. A dry run continues, to show that. */
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
