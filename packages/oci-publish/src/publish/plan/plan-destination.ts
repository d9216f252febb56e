import { type Descriptor, type Lookup } from '@nx-oci/model';

import { describeChanges } from '../../git/changed-files';
import { type GitFacts } from '../../git/read-git-facts';
import { type RequestedTag } from '../../tags/compute-tags';
import { reasonForPlatform } from '../../tags/compare-platforms';
import { reasonToHold } from '../../tags/reason-to-hold';
import { findVersionNames } from '../../tags/find-version-names';
import { type TagRule } from '../../tags/rules/tag-rule';
import { highestAbove, isVersionLine } from '../../tags/version-names';
import { type Destination } from '../destination/destination';
import { decideMove, type OrderResolver } from '../tag/floating/decide-move';
import { type ForwardGuard, type TagStore } from '../tag/floating/floating-tag';
import { NAMES_UNKNOWN, type KnownNames } from '../tag/floating/list-names';
import { isFound } from '../destination/unknown-tags';
import { type ObservedDestination } from './observe-image';
import { planTag, type TagClues, type TagPlan } from './plan-tag';
import { tagsIn, type PreparedImage } from './prepare-image';
import { type ResolvedDigest } from './resolve-digest';
import { rulesIn } from '../task/task-rules';

/** What will happen to an image at one destination. */
export interface DestinationPlan {
  readonly destination: Destination;
  /** The registry has the content; at most tags must be set. */
  readonly hasContent: boolean;
  /** A floating tag points to an earlier commit's image of equal content: only the stamp is new. */
  readonly isContentUnchanged: boolean;
  readonly tags: readonly TagPlan[];
  /** By tag, the guard that applies when it is set; none if nothing guards them. */
  readonly guards: ReadonlyMap<string, ForwardGuard>;
}

/** Plans all tags of a destination, with the same resolver that decides again right before a floating tag is written. */
export async function planDestination(
  prepared: PreparedImage,
  { destination, tags: present, names }: ObservedDestination,
  { digest, otherRelease }: Pick<ResolvedDigest, 'digest' | 'otherRelease'>,
  resolver: OrderResolver,
): Promise<DestinationPlan> {
  const { entry, repository } = destination;
  const { isForced } = prepared.task;
  const isGuarded = entry.guard && !isForced;
  const facts = { git: prepared.git, isRelease: prepared.version.release !== undefined, isForced, isGuarded: entry.guard };
  const planned = await Promise.all(
    tagsIn(prepared, destination).tags.map(async (wanted): Promise<GuardedPlan> => {
      const there = present.get(wanted.tag);
      const holdBack = reasonToHold(wanted, facts);
      const guard =
        isGuarded && wanted.isContentAddressed !== true
          ? guardOf({ prepared, rules: rulesIn(prepared.task, entry) }, wanted, names?.names)
          : undefined;
      const clues = { wanted, present: there, mayGuess: !isGuarded, digest, otherRelease, holdBack, doubt: doubtOf(wanted, prepared.git) };
      if (there === 'unknown' || !wanted.isFloating || holdBack !== undefined) return { plan: planTag(clues), guard };
      if (guard === undefined) {
        const isMoving = there !== undefined && there.digest !== digest && wanted.isContentAddressed !== true;
        const otherPlatform = isMoving ? await reasonAgainst(there, prepared, { store: repository, resolver }) : undefined;
        return { plan: planTag({ ...clues, holdBack: otherPlatform }), guard };
      }
      return planFloating({ ...clues, present: there }, { store: repository, guard, names, resolver });
    }),
  );
  const { content } = prepared.image.facts;
  return {
    destination,
    isContentUnchanged: content !== undefined && planned.some(({ guard }) => guard?.seen?.facts.content === content),
    hasContent: digest !== undefined && [...present.values()].some((there) => isFound(there) && there.digest === digest),
    tags: planned.map(({ plan }) => plan),
    guards: new Map(planned.flatMap(({ plan, guard }) => (guard === undefined ? [] : [[plan.tag, guard]]))),
  };
}

/** Its platforms, if they guard floating tags; none for an image that is not built yet. */
function platformsOf({ task, image: { platforms } }: PreparedImage): readonly string[] | undefined {
  return task.mayChangePlatform || platforms.length === 0 ? undefined : platforms.map(({ platform }) => platform);
}

/** Without a guard, the order of images does not matter, but their platforms do. */
async function reasonAgainst(
  there: Descriptor,
  prepared: PreparedImage,
  { store, resolver }: Pick<Guarding, 'store' | 'resolver'>,
): Promise<string | undefined> {
  const next = platformsOf(prepared);
  return next && reasonForPlatform({ theirs: (await resolver.factsOf(store, there.digest)).platforms, next });
}

/** For uncommitted changes, names the changed files. */
function doubtOf({ isFloating, guard }: RequestedTag, { isDirty, changedFiles }: GitFacts): string | undefined {
  return isDirty && isFloating && guard === 'none' ? describeChanges(changedFiles) : undefined;
}

interface GuardedPlan {
  readonly plan: TagPlan;
  readonly guard: ForwardGuard | undefined;
}

/** For a tag whose state is known. */
interface FoundClues extends TagClues {
  readonly present: Exclude<Lookup, 'unknown'>;
}

interface Guarding {
  readonly store: TagStore;
  readonly guard: ForwardGuard;
  readonly names: KnownNames | undefined;
  readonly resolver: OrderResolver;
}

async function planFloating(clues: FoundClues, { store, guard, names, resolver }: Guarding): Promise<GuardedPlan> {
  const { present: there, digest } = clues;
  const decision = await decideMove({ store, digest, guard, there }, resolver);
  // A higher version may have been in the part of the list that is missing.
  const isNameless = names?.isWhole === false && isVersionLine(guard.scope);
  if (isNameless && decision.kind === 'move')
    return { plan: planTag({ ...clues, decision: { kind: 'hold', reason: NAMES_UNKNOWN } }), guard };
  const plan = planTag({ ...clues, decision });
  if (there === undefined || decision.kind !== 'move') return { plan, guard };
  // The facts of the current image are not read again when the tag moves.
  return { plan, guard: { ...guard, seen: { digest: there.digest, facts: await resolver.factsOf(store, there.digest) } } };
}

function guardOf(
  { prepared, rules }: { readonly prepared: PreparedImage; readonly rules: readonly TagRule[] },
  wanted: RequestedTag,
  tags: readonly string[] | undefined,
): ForwardGuard {
  const { image, version } = prepared;
  const { revision, created, baseUpdates } = image.facts;
  const { scope } = wanted;
  const names = findVersionNames(wanted, rules);
  const { release } = version;
  const above = release === undefined ? undefined : highestAbove({ version: release, scope, names }, tags ?? []);
  const platforms = platformsOf(prepared);
  const facts = { version: release, revision, created, ...(baseUpdates !== undefined && { baseUpdates }) };
  return { facts, scope, names, ...(platforms && { platforms }), ...(above && { above }) };
}
