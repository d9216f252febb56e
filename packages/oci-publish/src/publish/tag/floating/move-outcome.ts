import { type Progress } from './advance-tag';

/** The final state of a floating tag. */
export interface MoveOutcome {
  /** `host/namespace/image`. */
  readonly repository: string;
  readonly tag: string;
  /** `set`: it points at our image. `held`: it points at a newer one. */
  readonly kind: 'set' | 'held';
  /** Why it is held, or a doubt. */
  readonly reason?: string;
}

export function outcomeOfMove({ floating: { repository, tag }, decision, warning }: Progress): MoveOutcome {
  if (decision.kind === 'hold') return { repository, tag, kind: 'held', reason: decision.reason };
  return { repository, tag, kind: 'set', ...(warning !== undefined && { reason: warning }) };
}
