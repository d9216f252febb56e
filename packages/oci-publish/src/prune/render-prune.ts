import { formatBytes } from '../text/format-bytes';
import { plainLine, plainText } from '../text/plain-text';
import { renderTable } from '../text/render-table';
import { style } from '../text/style';
import { type PruneItem, type PruneReport } from './prune-report';

/** A prune for the user: a line for each thing, and the bytes freed. */
export function renderPrune(report: PruneReport): string {
  const { items, failures, missing, isDryRun } = report;
  const header = ['project', 'what', 'where', 'size', isDryRun ? 'would be' : 'outcome'].map((title) => style.bold(title));
  const failed = items.filter(({ outcome }) => outcome === 'failed');
  return [
    ...(items.length === 0 ? [] : [renderTable([header, ...items.map(rowOf)])]),
    ...missing.map((engine) => style.dim(`${engine} is not installed here: it has no images.`)),
    ...failures.map(({ engine, text }) => style.red(`${engine}: its images are unknown. ${plainText(text)}`)),
    ...failed.map(({ what, reason = '' }) => style.red(`${plainLine(what)}: not removed. ${plainText(reason)}`)),
    style.bold(summarize(report)),
  ].join('\n');
}

function rowOf({ project = '', what, engine = '', bytes, outcome, reason = '' }: PruneItem): readonly string[] {
  const why = outcome === 'kept' ? style.dim(`kept: ${plainLine(reason)}`) : outcome === 'failed' ? style.red(outcome) : outcome;
  return [plainLine(project), plainLine(what), engine, bytes === undefined ? '' : formatBytes(bytes), why];
}

function summarize({ items, isDryRun, freedBytes }: PruneReport): string {
  const removed = items.filter(({ outcome }) => outcome === 'removed').length;
  if (removed === 0) return isDryRun ? 'Nothing would be removed.' : 'Nothing was removed.';
  const size = formatBytes(freedBytes);
  return isDryRun ? `${removed} would be removed, which frees ${size}.` : `Removed ${removed}, freed ${size}.`;
}

/** Whether a prune did all that it was asked for. */
export function isPruneComplete({ items, failures }: PruneReport): boolean {
  return failures.length === 0 && items.every(({ outcome }) => outcome !== 'failed');
}
