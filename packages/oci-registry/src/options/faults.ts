import { OciError } from '@nx-oci/model';

import { createDice } from './dice';

/** What happens to a chosen request instead of, or around, its usual answer. */
export interface Fault {
  /** Any method where left out. */
  readonly method?: string;
  /** Tested against path and query as they were sent. */
  readonly path: RegExp;
  /** How many requests it strikes, then it is gone. Default 1; `Infinity` for all. */
  readonly times?: number;
  /** How many matching requests pass before the first that is struck. Default 0. */
  readonly after?: number;
  /**
   * Strikes each matching request with this probability, above 0 and up to 1, instead of every one: 0.02 is two in a
   * hundred. `times` then counts those that were struck, and is `Infinity` where left out.
   */
  readonly share?: number;
  /** What the dice of `share` start from: the same seed strikes the same requests, in the order they come. Default 1. */
  readonly seed?: number;
  /** Waits before anything else happens. */
  readonly delayMs?: number;
  /** Answers this and does nothing. */
  readonly answer?: FaultAnswer;
  /**
   * Resets the connection: `before` the request is read, in the middle of the request's body (`in-request`), `after` the
   * registry did its work but before it answers, or in the middle of the answer's body (`in-answer`).
   */
  readonly reset?: 'before' | 'in-request' | 'after' | 'in-answer';
  /** Turns the bits of the answer's first byte, so that its digest is wrong. */
  readonly corrupt?: boolean;
}

export interface FaultAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Makes chosen requests fail, for tests of clients. */
export interface Faults {
  /**
   * Adds a fault; where several match the one that was added first strikes.
   *
   * @throws OciError `OPTIONS_INVALID` for a `share` that is none.
   */
  add(fault: Fault): void;
  clear(): void;
}

/** The faults that the registry looks at. */
export class PlannedFaults implements Faults {
  private planned: { readonly fault: Fault; readonly isHit: () => boolean; pass: number; left: number }[] = [];

  add(fault: Fault): void {
    const { share, seed = 1 } = fault;
    refuseShare(share);
    const roll = createDice(seed);
    const isHit = share === undefined ? (): boolean => true : (): boolean => roll() < share;
    this.planned.push({ fault, isHit, pass: fault.after ?? 0, left: fault.times ?? (share === undefined ? 1 : Infinity) });
  }

  clear(): void {
    this.planned = [];
  }

  /** The fault that strikes this request, counted as used. */
  take(method: string, target: string): Fault | undefined {
    for (const plan of this.planned) {
      if (plan.left === 0 || !isMeant(plan.fault, method, target)) continue;
      if (plan.pass > 0) {
        plan.pass -= 1;
        continue;
      }
      if (!plan.isHit()) continue;
      plan.left -= 1;
      return plan.fault;
    }
    return undefined;
  }
}

function refuseShare(share: number | undefined): void {
  if (share === undefined || (share > 0 && share <= 1)) return;
  throw new OciError('OPTIONS_INVALID', `Cannot add the fault: its share is ${share}.`, {
    hint: 'A share is above 0 and at most 1: 0.02 strikes two requests in a hundred.',
  });
}

function isMeant({ method, path }: Fault, askedMethod: string, target: string): boolean {
  // A pattern with the flag g or y remembers where it stopped; the next request starts at the beginning again.
  path.lastIndex = 0;
  return (method === undefined || method === askedMethod) && path.test(target);
}
