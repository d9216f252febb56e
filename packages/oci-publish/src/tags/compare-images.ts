import { type TagScope } from './facts/tag-candidate';
import semver from 'semver';

import { type CommitOrder } from '../git/compare-commits';
import { shortCommit } from '../git/short-commit';

/** What determines the order of two images. All optional: images of other tools have none of it. */
export interface OrderFacts {
  /** Released version, without `v`. */
  readonly version?: string;
  readonly revision?: string;
  /** Time of the commit, ISO 8601. */
  readonly created?: string;
  /** How often an image of this commit was put on a newer base before this one; default 0. */
  readonly baseUpdates?: number;
}

/** What happens to a floating tag whose image does not record its commit. */
export type UnknownTarget = 'move' | 'hold';

export interface OrderClues {
  readonly ours: OrderFacts;
  readonly theirs: OrderFacts;
  /** How our commit is related to theirs. */
  readonly commits: CommitOrder;
  readonly scope: TagScope;
  /** Default `move`. */
  readonly unknownTarget?: UnknownTarget;
}

export type ImageOrder =
  | {
      readonly move: true;
      readonly warning?: string;
      /** Neither is newer: two builds of one commit. */
      readonly isEqual?: true;
    }
  | { readonly move: false; readonly reason: string };

const MOVE: ImageOrder = { move: true };

/**
 * Whether a floating tag may move from their image to ours: only forward. Pure.
 *
 * Versions decide between releases, ancestry between commits, and commit times if git does not know. Of any two images that name
 * their commits, one is newer, so that two runs never keep taking a tag from each other.
 */
export function compareImages({ ours, theirs, commits, scope, unknownTarget = 'move' }: OrderClues): ImageOrder {
  if (scope !== 'commit' && ours.version !== undefined && theirs.version !== undefined) {
    const order = compareVersions(ours.version, theirs.version);
    if (order > 0) return MOVE;
    if (order < 0) return { move: false, reason: `${theirs.version} is newer` };
  }
  if (theirs.revision === undefined) return decideUnknown(unknownTarget);
  if (commits === 'same') return compareBases(ours, theirs);
  if (commits === 'descendant') return MOVE;
  const name = shortCommit(theirs.revision);
  if (commits === 'ancestor') return { move: false, reason: `${name} is newer` };
  const [ourTime, theirTime] = [Date.parse(ours.created ?? ''), Date.parse(theirs.created ?? '')];
  if (Number.isNaN(ourTime) || Number.isNaN(theirTime)) return decideUnknown(unknownTarget);
  if (ourTime !== theirTime) return ourTime > theirTime ? MOVE : { move: false, reason: `${name} was committed later` };
  // Two branches in one second: any order will do, as long as both runs agree.
  return (ours.revision ?? '') > theirs.revision ? MOVE : { move: false, reason: `${name} was committed at the same time` };
}

/** Of one commit, the image on the newer base is newer, so that a later publish of that commit from a cache does not undo it. */
function compareBases({ baseUpdates: ours = 0 }: OrderFacts, { baseUpdates: theirs = 0 }: OrderFacts): ImageOrder {
  if (ours === theirs) return { move: true, isEqual: true };
  return ours > theirs ? MOVE : { move: false, reason: 'its base image is newer' };
}

function decideUnknown(unknownTarget: UnknownTarget): ImageOrder {
  const what = 'the current image does not record its commit';
  return unknownTarget === 'hold' ? { move: false, reason: what } : { move: true, warning: what };
}

/** A version label of other tools may be anything: invalid versions are not compared. */
function compareVersions(ours: string, theirs: string): number {
  return semver.valid(ours) === null || semver.valid(theirs) === null ? 0 : semver.compareBuild(ours, theirs);
}
