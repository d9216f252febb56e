import { shortDigest } from '@nx-oci/model';
import { style } from './style';

import { describeDestination } from '../publish/destination';
import { type ImagePlan } from '../publish/plan-image';
import { describeError } from './describe-error';
import { describeTagPlan } from './describe-tag';
import { formatBytes } from './format-bytes';
import { renderTable } from './render-table';

/** What a publish would do, tag by tag, for `--dryRun`. */
export function renderPlan({ prepared, digest, destinations, adoptedFrom, failures }: ImagePlan): string {
  const { task, image, version, tags } = prepared;
  const size = image.sizeBytes === undefined ? '' : `, ${formatBytes(image.sizeBytes)}`;
  const name = digest === undefined ? 'digest known after the push' : shortDigest(digest);
  const source = adoptedFrom === undefined ? '' : `, the build that ${describeDestination(adoptedFrom)} has already`;
  const rows = destinations.flatMap(({ destination, tags: planned }) =>
    planned.map((plan) => [`  ${describeDestination(destination)}:${plan.tag}`, describeTagPlan(plan)]),
  );
  return [
    `${style.bold(task.project)} ${name}${size}${source}`,
    `  version ${version.release ?? version.line ?? 'none'} (${version.reason})${task.isForced ? ', forced' : ''}`,
    ...(version.doubt === undefined ? [] : [style.yellow(`  ${version.doubt}`)]),
    renderTable(rows),
    ...failures.map(({ destination, error }) => style.red(`  ${describeDestination(destination)} failed: ${describeError(error)}`)),
    ...tags.skipped.map(({ rule, reason }) => style.dim(`  no tag for ${rule}: ${reason}`)),
  ].join('\n');
}
