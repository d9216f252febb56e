import { type FailureReport, type ImageReport, type RunReport } from './report-schema';

/** Combines the reports of a run's images. Pure. */
export function makeRunReport(reports: readonly (ImageReport | FailureReport)[]): RunReport {
  const images = reports.toSorted((one, other) => (one.project < other.project ? -1 : 1));
  return { schemaVersion: 1, outcome: outcomeOfRun(images), ...timesOf(images), images };
}

function outcomeOfRun(images: RunReport['images']): RunReport['outcome'] {
  const outcomes = new Set(images.map(({ outcome }) => outcome));
  if (outcomes.has('failed') || outcomes.has('staged')) return 'failed';
  if (outcomes.has('published')) return 'published';
  if (outcomes.has('held')) return 'held';
  return outcomes.has('upToDate') || outcomes.size === 0 ? 'upToDate' : 'skipped';
}

function timesOf(images: RunReport['images']): Pick<RunReport, 'startedAt' | 'durationMs'> {
  const spans = images.filter(hasBegun).map(({ startedAt, durationMs }) => ({ startMs: Date.parse(startedAt), durationMs }));
  if (spans.length === 0) return {};
  const startMs = Math.min(...spans.map((span) => span.startMs));
  const endMs = Math.max(...spans.map((span) => span.startMs + span.durationMs));
  return { startedAt: new Date(startMs).toISOString(), durationMs: endMs - startMs };
}

/** Whether a report describes an image that was sent, and not only why it was not published. */
export function hasBegun(report: ImageReport | FailureReport): report is ImageReport {
  return 'registries' in report;
}
