import { type Digest, type OciError } from '@nx-oci/model';

import { compareCommits } from '../git/compare-commits';
import { type GitFacts } from '../git/read-git-facts';
import { type WantedTag } from '../tags/compute-tags';
import { reasonToHold } from '../tags/hold-back';
import { judgeOrder, type OrderVerdict } from '../tags/judge-order';
import { attemptDestinations, type DestinationFailure } from './attempt-destinations';
import { type Destination } from './destination';
import { type EarlyLook } from './early-look';
import { observe, type Observation } from './observe';
import { isChange, planTag, type TagPlan } from './plan-tag';
import { type PreparedImage } from './prepare-image';
import { readPublishedImage } from './read-published-image';
import { settleIdentity, settleToShow } from './settle-identity';

/** What will happen to an image at one destination. */
export interface DestinationPlan {
  readonly destination: Destination;
  /** The registry has the content; only tags are to be set, if any. */
  readonly hasContent: boolean;
  readonly tags: readonly TagPlan[];
}

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

export interface PlanContext {
  readonly workspaceRoot: string;
  readonly git: GitFacts;
  /** What was asked before the names of all tags were known. */
  readonly early: EarlyLook;
  readonly signal?: AbortSignal;
}

/**
 * Observes every destination of an image and plans it; writes nothing.
 *
 * @throws OciError `TAG_IMMUTABLE` when an immutable tag stands for another image.
 */
export async function planImage(prepared: PreparedImage, context: PlanContext): Promise<ImagePlan> {
  const { image, destinations, tags } = prepared;
  const names = tags.tags.map(({ tag }) => tag);
  // A new image is nowhere yet: its digest is not asked for.
  const { signal } = context;
  const look = (destination: Destination): Promise<Observation> =>
    observe(destination, names, undefined, { signal, resolve: (tag) => context.early.resolve(destination, tag) });
  const seen = await attemptDestinations(destinations, (destination) => destination, look);
  const immutable = tags.tags.filter(({ isFloating, namesContent }) => !isFloating && namesContent !== true).map(({ tag }) => tag);
  const settle = prepared.task.isDryRun ? settleToShow : settleIdentity;
  const settled = await settle(image, seen.values, immutable, signal);
  const { digest, adoptedFrom, refusal } = settled;
  const decide = (observation: Observation): Promise<DestinationPlan> => planDestination(prepared, observation, digest, context);
  const planned = await attemptDestinations(settled.observations, ({ destination }) => destination, decide);
  const failures = [...seen.failures, ...settled.failures, ...planned.failures];
  if (planned.values.length === 0 && failures[0] !== undefined) throw failures[0].error;
  return { prepared, digest, adoptedFrom, destinations: planned.values, failures, refusal };
}

/** Whether anything has to be sent or written at this destination. */
export function hasWork({ tags }: DestinationPlan): boolean {
  return tags.some(isChange);
}

async function planDestination(
  prepared: PreparedImage,
  observation: Observation,
  digest: Digest | undefined,
  context: PlanContext,
): Promise<DestinationPlan> {
  const { destination, tags: present } = observation;
  const isThere = digest !== undefined && [...present.values()].some((descriptor) => descriptor?.digest === digest);
  const tags = await Promise.all(
    prepared.tags.tags.map(async (wanted) => {
      const descriptor = present.get(wanted.tag);
      const holdBack = reasonToHold(wanted, {
        git: context.git,
        isRelease: prepared.version.release !== undefined,
        isForced: prepared.task.isForced,
        isGuarded: destination.entry.guard,
      });
      const mayMove = wanted.isFloating && holdBack === undefined && descriptor !== undefined && descriptor.digest !== digest;
      const order = mayMove ? await judgeMove({ prepared, destination, wanted, there: descriptor.digest }, context) : undefined;
      return planTag({ wanted, present: descriptor, digest, holdBack, order });
    }),
  );
  return { destination, hasContent: isThere, tags };
}

interface Move {
  readonly prepared: PreparedImage;
  readonly destination: Destination;
  readonly wanted: WantedTag;
  /** What the tag points at now. */
  readonly there: Digest;
}

/** Asks the image that a floating tag points at how old it is. Unguarded registries are not asked. */
async function judgeMove({ prepared, destination, wanted, there }: Move, context: PlanContext): Promise<OrderVerdict | undefined> {
  if (prepared.task.isForced || !destination.entry.guard) return undefined;
  const published = await readPublishedImage(destination.repository, there, context.signal);
  if (published === undefined) return undefined;
  const { revision } = published.facts;
  const commits = revision === undefined ? 'unknown' : await compareCommits(context.workspaceRoot, context.git.commit, revision);
  return judgeOrder({ ours: prepared.image.facts, theirs: published.facts, commits, scope: wanted.scope });
}
