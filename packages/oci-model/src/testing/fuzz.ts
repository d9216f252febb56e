import { appendFileSync } from 'node:fs';

import { isOciError } from '../errors/oci-error';
import type { fc } from './fast-check';

/** A parser of untrusted input, and the inputs to try. */
export interface FuzzTarget<T> {
  /** Name in the report: `challenges`. */
  readonly name: string;
  readonly drawn: fc.Arbitrary<T>;
  /** May fail only with an `OciError`; throws any other error for a wrong result. */
  readonly read: (input: T) => unknown;
  /** How much slower a case is than one of other targets; so many fewer cases are run. Default 1. */
  readonly slowness?: number;
}

// Far longer than a garbage collection or a busy machine can delay a case, far shorter than a hang.
const MAX_CASE_MS = 10_000;

/**
 * Runs a parser with random inputs: none may crash it or take long.
 *
 * Every test run tries the same few inputs, so that it is fast and reproducible. `npm run fuzz` sets NX_OCI_FUZZ_RUNS to
 * try new inputs, and reads the number of cases from the file NX_OCI_FUZZ_REPORT, which gets a line per target once all its
 * cases have passed.
 *
 * @param library a parameter, so that other specs need not load it.
 */
export function fuzz<T>(library: Pick<typeof fc, 'assert' | 'property'>, { name, drawn, read, slowness = 1 }: FuzzTarget<T>): void {
  const { NX_OCI_FUZZ_RUNS: runs = '300', NX_OCI_FUZZ_REPORT: report } = process.env;
  const isSearch = process.env['NX_OCI_FUZZ_RUNS'] !== undefined;
  let cases = 0;
  const property = library.property(drawn, (input) => {
    cases += 1;
    const startedAt = performance.now();
    try {
      read(input);
    } catch (error) {
      if (!isOciError(error)) throw error;
    }
    const tookMs = performance.now() - startedAt;
    if (tookMs > MAX_CASE_MS) throw new Error(`It took ${Math.round(tookMs)} ms.`);
  });
  library.assert(property, { numRuns: Math.ceil(Number(runs) / slowness), ...(isSearch ? {} : { seed: 1 }) });
  if (report !== undefined) appendFileSync(report, `${name} ${cases}\n`);
}
