import semver from 'semver';

import { type CommitOrder } from '../git/compare-commits';
import { type TagScope } from './compute-tags';

/** What decides the order of two images. All optional: an image of strangers has none of it. */
export interface OrderFacts {
  /** Released version, without `v`. */
  readonly version?: string;
  readonly revision?: string;
  /** Time of the commit, ISO 8601. */
  readonly created?: string;
}

export interface OrderClues {
  readonly ours: OrderFacts;
  readonly theirs: OrderFacts;
  /** How our commit stands to theirs. */
  readonly commits: CommitOrder;
  readonly scope: TagScope;
}

export type OrderVerdict = { readonly move: true; readonly warning?: string } | { readonly move: false; readonly reason: string };

const MOVE: OrderVerdict = { move: true };

/**
 * Whether a floating tag may go from their image to ours: forward only. Pure.
 *
 * Released versions decide between releases, ancestry between commits, commit times where git cannot tell.
 */
export function judgeOrder({ ours, theirs, commits, scope }: OrderClues): OrderVerdict {
  if (scope !== 'commit' && ours.version !== undefined && theirs.version !== undefined) {
    const order = semver.compareBuild(ours.version, theirs.version);
    if (order > 0) return MOVE;
    if (order < 0) return { move: false, reason: `${theirs.version} is newer` };
  }
  if (commits === 'same' || commits === 'descendant') return MOVE;
  if (commits === 'ancestor') return { move: false, reason: `${theirs.revision?.slice(0, 7) ?? 'the image there'} is newer` };
  const [ourTime, theirTime] = [Date.parse(ours.created ?? ''), Date.parse(theirs.created ?? '')];
  if (Number.isNaN(ourTime) || Number.isNaN(theirTime) || theirs.revision === undefined) {
    return { move: true, warning: 'the image there does not say which commit it is of' };
  }
  return ourTime >= theirTime ? MOVE : { move: false, reason: `${theirs.revision.slice(0, 7)} was committed later` };
}
