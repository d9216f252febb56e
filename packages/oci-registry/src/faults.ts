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
  /** Adds a fault; where several match the one that was added first strikes. */
  add(fault: Fault): void;
  clear(): void;
}

/** The faults that the registry looks at. */
export class PlannedFaults implements Faults {
  private planned: { readonly fault: Fault; pass: number; left: number }[] = [];

  add(fault: Fault): void {
    this.planned.push({ fault, pass: fault.after ?? 0, left: fault.times ?? 1 });
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
      plan.left -= 1;
      return plan.fault;
    }
    return undefined;
  }
}

function isMeant({ method, path }: Fault, askedMethod: string, target: string): boolean {
  // A pattern with the flag g or y remembers where it stopped; the next request starts at the beginning again.
  path.lastIndex = 0;
  return (method === undefined || method === askedMethod) && path.test(target);
}
