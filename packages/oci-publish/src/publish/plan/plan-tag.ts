import { type Digest, type Lookup } from '@nx-oci/model';

import { type RequestedTag } from '../../tags/compute-tags';
import { type MoveDecision } from '../tag/floating/decide-move';
import { isFound, TAG_UNKNOWN } from '../destination/unknown-tags';

/** What will happen to a tag. */
export type TagAction = 'create' | 'upToDate' | 'move' | 'held' | 'refused';

export interface TagPlan {
  readonly tag: string;
  readonly rule: string;
  readonly isFloating: boolean;
  readonly action: TagAction;
  /** What the tag points at now. */
  readonly from?: Digest;
  /** What it will point at, if known. */
  readonly to?: Digest;
  /** Why it is held, refused or moved elsewhere, or a remark. */
  readonly reason?: string;
}

export interface TagClues {
  readonly wanted: RequestedTag;
  readonly present: Lookup;
  /** Whether the tag may be set if its state is unknown. Default false. */
  readonly mayGuess?: boolean;
  /** Digest of the image to publish; `undefined` while an engine has not pushed it yet. */
  readonly digest: Digest | undefined;
  /** The same build, stamped as another release: a tag of the commit that points at it is correct. */
  readonly otherRelease?: Digest | undefined;
  /** From `reasonToHold`. */
  readonly holdBack: string | undefined;
  /** From `decideMove`, for a guarded floating tag. */
  readonly decision?: MoveDecision;
  /** A remark on a tag that is set, such as what is unknown about it. */
  readonly doubt?: string;
}

/** Decides on one tag. Pure. */
export function planTag({
  wanted,
  present: seen,
  mayGuess = false,
  digest,
  otherRelease,
  holdBack,
  decision,
  doubt: known,
}: TagClues): TagPlan {
  const { tag, rule, isFloating } = wanted;
  const present = isFound(seen) ? seen : undefined;
  const doubt = seen === 'unknown' ? TAG_UNKNOWN : known;
  const plan = (action: TagAction, more: Pick<TagPlan, 'to' | 'reason'> = {}): TagPlan => ({
    tag,
    rule,
    isFloating,
    action,
    ...(present && { from: present.digest }),
    ...(more.to !== undefined && { to: more.to }),
    ...(more.reason !== undefined && { reason: more.reason }),
  });
  if (seen === 'unknown' && !mayGuess) return plan(isFloating ? 'held' : 'refused', { reason: TAG_UNKNOWN });
  if (decision?.kind === 'move' && decision.to !== undefined) {
    const { version, digest: to } = decision.to;
    return plan(present === undefined ? 'create' : 'move', { to, reason: `to ${version}, which is newer` });
  }
  const isOtherRelease = !isFloating && otherRelease !== undefined && present?.digest === otherRelease;
  if (present !== undefined && (present.digest === digest || wanted.isContentAddressed === true || isOtherRelease)) return plan('upToDate');
  if (holdBack !== undefined) return plan('held', { reason: holdBack });
  if (decision?.kind === 'hold') return plan('held', { reason: decision.reason });
  if (present === undefined) return plan('create', { to: digest, reason: doubt });
  if (!isFloating) return plan('refused', { reason: 'another image has this tag, and it is immutable' });
  return plan('move', { to: digest, reason: decision?.kind === 'move' ? (decision.warning ?? doubt) : doubt });
}

export function isChange({ action }: Pick<TagPlan, 'action'>): boolean {
  return action === 'create' || action === 'move';
}
