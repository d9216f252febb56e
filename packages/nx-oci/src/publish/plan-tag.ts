import { type Descriptor, type Digest } from '@nx-oci/model';

import { type WantedTag } from '../tags/compute-tags';
import { type OrderVerdict } from '../tags/judge-order';

/** What will happen to a tag. */
export type TagAction = 'create' | 'upToDate' | 'move' | 'held' | 'refused';

export interface TagPlan {
  readonly tag: string;
  readonly rule: string;
  readonly isFloating: boolean;
  readonly action: TagAction;
  /** What the tag points at now. */
  readonly from?: Digest;
  /** Why it is held, refused, or moved with a doubt. */
  readonly reason?: string;
}

export interface TagClues {
  readonly wanted: WantedTag;
  readonly present: Descriptor | undefined;
  /** Digest of the image to publish; `undefined` while an engine has not pushed it yet. */
  readonly digest: Digest | undefined;
  /** From `reasonToHold`. */
  readonly holdBack: string | undefined;
  /** From `judgeOrder`, where a floating tag points at another image. */
  readonly order?: OrderVerdict;
}

/** Decides on one tag. Pure. */
export function planTag({ wanted, present, digest, holdBack, order }: TagClues): TagPlan {
  const { tag, rule, isFloating } = wanted;
  const plan = (action: TagAction, reason?: string): TagPlan => ({
    tag,
    rule,
    isFloating,
    action,
    ...(present && { from: present.digest }),
    ...(reason !== undefined && { reason }),
  });
  if (present !== undefined && (present.digest === digest || wanted.namesContent === true)) return plan('upToDate');
  if (holdBack !== undefined) return plan('held', holdBack);
  if (present === undefined) return plan('create');
  if (!isFloating) return plan('refused', 'another image has this tag, and it is immutable');
  if (order?.move === false) return plan('held', order.reason);
  return plan('move', order?.warning);
}

export function isChange(plan: TagPlan): boolean {
  return plan.action === 'create' || plan.action === 'move';
}
