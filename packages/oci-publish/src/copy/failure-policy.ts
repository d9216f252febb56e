import { isOciError, type OciError } from '@nx-oci/model';

import { type Attempt } from '../publish/destination/attempt-all';
import { collectOrThrow } from '../publish/destination/collect-or-throw';

/** What a copy does about what fails. Made once per run: it keeps what was left out. */
export interface FailurePolicy {
  /**
   * The values of the attempts with which the copy continues.
   *
   * @param doing what was tried: `Nothing was copied`
   * @throws OciError of all that failed, where the copy does not go on, or nothing is left to go on with.
   */
  collect<Output>(doing: string, attempts: readonly Attempt<unknown, Output>[]): readonly Output[];
  /** Parts of some work, each of which fails as a whole. */
  split<Item>(items: readonly Item[]): readonly (readonly Item[])[];
  /** What was left out so far. */
  failures(): readonly OciError[];
}

/** The first step at which something fails is the last: all copies of a run, or none. */
export function abortOnFailure(): FailurePolicy {
  return { collect: collectOrThrow, split: (items) => [items], failures: () => [] };
}

/** Sources and targets that fail are left out, and reported at the end. */
export function continueAfterFailure(): FailurePolicy {
  const failures: OciError[] = [];
  return {
    collect: (doing, attempts) => {
      const errors = attempts.flatMap((attempt) => (attempt.ok ? [] : [attempt.error]));
      const known = errors.filter((error) => isOciError(error));
      const values = attempts.flatMap((attempt) => (attempt.ok ? [attempt.value] : []));
      // A bug of ours is no reason to go on.
      if (known.length < errors.length || values.length === 0) collectOrThrow(doing, [...failures.map(asAttempt), ...attempts]);
      failures.push(...known);
      return values;
    },
    split: (items) => items.map((item) => [item]),
    failures: () => failures,
  };
}

function asAttempt(error: OciError): Attempt<unknown, never> {
  return { input: undefined, ok: false, error };
}
