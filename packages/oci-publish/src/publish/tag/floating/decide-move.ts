import { type Descriptor, type Digest } from '@nx-oci/model';

import { type CommitOrder } from '../../../git/compare-commits';
import { reasonForPlatform } from '../../../tags/compare-platforms';
import { compareImages, type OrderFacts, type UnknownTarget } from '../../../tags/compare-images';
import { type NamedVersion } from '../../../tags/version-names';
import { type ForwardGuard, type TagStore, type TargetFacts } from './floating-tag';

/** A higher version than ours, and the image of its tag. */
export interface HigherVersion extends NamedVersion {
  readonly digest: Digest;
}

/** What to do with a floating tag, from the perspective of one image. */
export type MoveDecision =
  | { readonly kind: 'stay' }
  | { readonly kind: 'hold'; readonly reason: string }
  | {
      readonly kind: 'move';
      /** The target, if it is not our image but a newer one. */
      readonly to?: HigherVersion;
      readonly warning?: string;
      /** The current image is another build of our commit. */
      readonly isEqual?: true;
    };

/** The input of the decision. */
export interface OrderResolver {
  /** How `ours` is related to `theirs` in git. */
  readonly compareCommits: (ours: string, theirs: string) => Promise<CommitOrder>;
  /** The facts of an image; none if it is gone. */
  readonly factsOf: (store: TagStore, digest: Digest) => Promise<TargetFacts>;
  readonly unknownTarget: UnknownTarget;
  readonly signal?: AbortSignal;
}

export interface MoveQuestion {
  readonly store: TagStore;
  /** Of our image; `undefined` while only the engine that will push it knows. */
  readonly digest: Digest | undefined;
  readonly guard: ForwardGuard;
  /** What the tag points at now. */
  readonly there: Descriptor | undefined;
  /** Whether this run wrote the tag before: then it is also responsible for the higher version that it moved the tag to. */
  readonly hasWritten?: boolean;
}

/**
 * Decides where a floating tag belongs: called by the plan before anything is sent, and right before the tag is written.
 *
 * Versions come first: if there is a higher version in scope, the tag is not ours. It stays, unless it points at something
 * older than our image; then it goes to that version instead of ours. A run that moved the tag to that version is responsible for
 * it: another run may have read our image, found its own to be newer, and written that over the version. An image without a
 * version is compared with the higher version, too, as the run that answered for that may have been stopped; one with a version
 * is left unchanged.
 */
export async function decideMove(question: MoveQuestion, resolver: OrderResolver): Promise<MoveDecision> {
  const decision = await chooseByOrder(question, resolver);
  const { store, digest, guard, there } = question;
  if (decision.kind !== 'move' || there === undefined || guard.platforms === undefined) return decision;
  const platformsOf = async (image: Digest) =>
    image === digest ? guard.platforms : (await factsOfTarget({ store, guard, digest: image }, resolver)).platforms;
  const wanted = decision.to?.digest ?? digest;
  const [theirs, next] = await Promise.all([platformsOf(there.digest), wanted === undefined ? undefined : platformsOf(wanted)]);
  const reason = reasonForPlatform({ theirs, next, name: decision.to?.version });
  return reason === undefined ? decision : { kind: 'hold', reason };
}

async function chooseByOrder(
  { store, digest, guard, there, hasWritten = false }: MoveQuestion,
  resolver: OrderResolver,
): Promise<MoveDecision> {
  const above = guard.above && (await findImage(store, guard.above, resolver.signal));
  if (above === 'unknown') return { kind: 'hold', reason: `${guard.above?.version ?? ''} is newer` };
  const isNewer = (): MoveDecision => ({ kind: 'hold', reason: `${above?.version ?? ''} is newer` });
  if (above !== undefined && there?.digest === above.digest) return isNewer();
  if (there === undefined || there.digest === digest) {
    if (above !== undefined) return { kind: 'move', to: above };
    return { kind: there === undefined ? 'move' : 'stay' };
  }
  const { scope } = guard;
  const theirs = await factsOfTarget({ store, guard, digest: there.digest }, resolver);
  const isForHigher = above !== undefined && (hasWritten || theirs.version === undefined);
  const ours = isForHigher ? await factsOfHigher(store, above, { guard, resolver }) : guard.facts;
  const isComparable = ours.revision !== undefined && theirs.revision !== undefined;
  const commits = isComparable ? await resolver.compareCommits(ours.revision, theirs.revision) : 'unknown';
  const { unknownTarget } = resolver;
  const verdict = compareImages({ ours, theirs, commits, scope, unknownTarget });
  if (!verdict.move) return above === undefined ? { kind: 'hold', reason: verdict.reason } : isNewer();
  const { warning, isEqual } = verdict;
  return { kind: 'move', ...(above && { to: above }), ...(warning !== undefined && { warning }), ...(isEqual && { isEqual }) };
}

/** The facts of an image; those of the image in the plan are known. */
async function factsOfTarget(
  { store, guard: { seen }, digest }: Pick<MoveQuestion, 'store' | 'guard'> & { readonly digest: Digest },
  resolver: OrderResolver,
): Promise<TargetFacts> {
  return seen?.digest === digest ? seen.facts : resolver.factsOf(store, digest);
}

/** The facts of the image of a higher version; ours are used if it does not record its commit. */
async function factsOfHigher(
  store: TagStore,
  { version, digest }: HigherVersion,
  { guard, resolver }: { readonly guard: ForwardGuard; readonly resolver: OrderResolver },
): Promise<OrderFacts> {
  const facts = await resolver.factsOf(store, digest);
  return facts.revision === undefined ? guard.facts : { ...facts, version };
}

async function findImage(store: TagStore, named: NamedVersion, signal?: AbortSignal): Promise<HigherVersion | undefined | 'unknown'> {
  const descriptor = await store.resolve(named.tag, { signal });
  if (descriptor === 'unknown') return descriptor;
  // The version was deleted.
  return descriptor === undefined ? undefined : { ...named, digest: descriptor.digest };
}
