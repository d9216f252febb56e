import { OciError } from '@nx-oci/model';

import { createRandom } from './seeded-random';

/** A failure that replaces or surrounds the usual answer to a chosen request. */
export interface Fault {
  /** Default: any method. */
  readonly method?: string;
  /** Tested against path and query as sent. */
  readonly path: RegExp;
  /** How many requests it affects before it is removed. Default 1; `Infinity` for all. */
  readonly times?: number;
  /** How many matching requests succeed before the first affected one. Default 0. */
  readonly after?: number;
  /**
   * Affects each matching request with this probability, above 0 and at most 1: 0.02 is 2 %. `times` then counts the affected
   * requests, with default `Infinity`.
   */
  readonly share?: number;
  /** Seed of `share`: the same seed affects the same requests, in the order of arrival. Default 1. */
  readonly seed?: number;
  /** Delay before everything else. */
  readonly delayMs?: number;
  /** Sends this answer and does nothing. */
  readonly answer?: FaultAnswer;
  /**
   * Resets the connection: `before` the request is read, in the middle of its body (`in-request`), `after` the registry has
   * processed the request but before it answers, or in the middle of the answer's body (`in-answer`).
   */
  readonly reset?: 'before' | 'in-request' | 'after' | 'in-answer';
  /** Inverts the first byte of the answer, so that its digest is wrong. */
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
   * Adds a fault; if several match, the one that was added first applies.
   *
   * @throws OciError `OPTIONS_INVALID` for an invalid `share`.
   */
  add(fault: Fault): void;
  clear(): void;
}

/** The faults of a registry. */
export class PlannedFaults implements Faults {
  private planned: { readonly fault: Fault; readonly isHit: () => boolean; pass: number; left: number }[] = [];

  add(fault: Fault): void {
    const { share, seed = 1 } = fault;
    assertValidShare(share);
    const random = createRandom(seed);
    const isHit = share === undefined ? (): boolean => true : (): boolean => random() < share;
    this.planned.push({ fault, isHit, pass: fault.after ?? 0, left: fault.times ?? (share === undefined ? 1 : Infinity) });
  }

  clear(): void {
    this.planned = [];
  }

  /** The fault for this request, counted as used. */
  take(method: string, target: string): Fault | undefined {
    for (const plan of this.planned) {
      if (plan.left === 0 || !isMatch(plan.fault, method, target)) continue;
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

function assertValidShare(share: number | undefined): void {
  if (share === undefined || (share > 0 && share <= 1)) return;
  throw new OciError('OPTIONS_INVALID', `Cannot add the fault: its share is ${share}.`, {
    hint: 'Use a share above 0 and at most 1: 0.02 affects 2 % of the requests.',
  });
}

function isMatch({ method, path }: Fault, askedMethod: string, target: string): boolean {
  // A pattern with the flag g or y remembers its last position.
  path.lastIndex = 0;
  return (method === undefined || method === askedMethod) && path.test(target);
}
