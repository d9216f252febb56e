import { COMPRESSIONS, findZstdProblem, ZSTD_FIX } from '@nx-oci/layout';
import { nearestName } from '@nx-oci/model';

import { suggestName } from '../text/problem';
import type { ReportProblem } from './option-problems';

/**
 * Empty for gzip, explicit or not: an option at its default must not change the image's label. Reports if this Node does not
 * support the compression.
 */
export function readCompression(written: string | undefined, reportProblem: ReportProblem): { readonly compression?: 'zstd' } {
  if (written === undefined || written === 'gzip') return {};
  if (written !== 'zstd') {
    reportProblem(`\`compression\` is "${written}" → ${suggestName(nearestName(written, COMPRESSIONS), COMPRESSIONS)}`);
    return {};
  }
  const problem = findZstdProblem();
  if (problem !== undefined) reportProblem(`\`compression\` is zstd, but ${problem} → ${ZSTD_FIX}`);
  return { compression: 'zstd' };
}
