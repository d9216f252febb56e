import { appendFileSync } from 'node:fs';

import { isOciError } from '../errors/oci-error';
import type { fc } from './fast-check';

/** A reader of what strangers wrote, and what it is fed with. */
export interface FuzzTarget<T> {
  /** For the count: `challenges`. */
  readonly name: string;
  readonly drawn: fc.Arbitrary<T>;
  /** May refuse by an `OciError`, and do nothing else; throws for a result that it must not have either. */
  readonly read: (input: T) => unknown;
  /** How many cases of other targets take as long as one of this; so many fewer are drawn. Default 1. */
  readonly slowness?: number;
}

// Far above what a pause of the garbage collector or a busy machine makes of a case, far below a hang.
const MAX_CASE_MS = 10_000;

/**
 * Feeds a reader with drawn inputs: none may crash it or take long.
 *
 * How many is small, so that it costs nothing in every run, and they are the same in every run, so that none fails for what
 * nobody changed; new ones are drawn by `npm run fuzz`, which sets NX_OCI_FUZZ_RUNS, and counts by the lines
 * that are added to the file NX_OCI_FUZZ_REPORT once all cases of a target have passed.
 *
 * @param library handed in, so that specs that draw nothing need not load it.
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
