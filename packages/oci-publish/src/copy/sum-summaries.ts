import { type Amount, type CopySummary } from '@nx-oci/model';

/** Several copies as one; of none, nothing. */
export function sumSummaries(summaries: readonly CopySummary[]): CopySummary {
  const total = (outcome: keyof CopySummary): Amount => ({
    count: summaries.reduce((sum, summary) => sum + summary[outcome].count, 0),
    bytes: summaries.reduce((sum, summary) => sum + summary[outcome].bytes, 0),
  });
  return { uploaded: total('uploaded'), mounted: total('mounted'), present: total('present') };
}
