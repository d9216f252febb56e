import { isToChange } from '../report/is-set';
import { renderRows } from '../report/render-results';
import { type ResultRow } from '../report/result-table';
import { renderPlannedTags } from '../publish/plan/describe-tag';
import { describeTransfer, type Transfer } from '../publish/plan/estimate-transfer';
import { formatBytes } from '../text/format-bytes';
import { style } from '../text/style';
import { isChanged, type CopiedImage, type CopiedTo, type CopyReport } from './copy-report';
import { groupBySource, type CopyPlan } from './plan-copy';
import { sizeOfImage } from './source/read-image';
import { type ReadSource } from './source/read-source';

/** A plan, and what it would send. */
export interface ShownCopy extends CopyPlan {
  readonly transfer: Transfer;
}

/** What a copy would do, for `--dryRun`. */
export function renderCopyPlans(plans: readonly ShownCopy[]): string {
  return [...groupBySource(plans).map(renderPlans), 'Dry run: nothing was written.'].join('\n');
}

function renderPlans({ source, copies }: { readonly source: ReadSource; readonly copies: readonly ShownCopy[] }): string {
  const { image, referrers, narrowedFrom } = source;
  const { digest } = image.root.descriptor;
  const blobs = `${formatBytes(sizeOfImage(image))} in ${countOf(image.blobs.length, 'blob')}, ${countOf(image.documents.length, 'manifest')}`;
  return [
    `${style.bold(source.name)} ${digest}`,
    ...(narrowedFrom === undefined ? [] : [describeNarrowing(narrowedFrom)]),
    `  ${blobs}${referrers.length === 0 ? '' : `, and ${countOf(referrers.length, 'referrer')} (signatures, SBOMs …)`}`,
    renderPlannedTags(copies, digest),
    ...copies.map((plan) => describeTransfer(plan, plan.transfer)),
  ].join('\n');
}

/** The final table: one row for each source and target, then full digests and notices. */
export function renderCopies({ images, failures }: CopyReport): string {
  return [renderRows(images.flatMap(rowsOf)), ...images.flatMap(notesOf), ...failures].join('\n');
}

function rowsOf({ digest, sizeBytes, to }: CopiedImage): readonly ResultRow[] {
  return to.map(({ repository, ...target }) => ({
    ...target,
    digest,
    sizeBytes,
    name: repository,
    outcome: isChanged({ repository, ...target }) ? 'published' : 'upToDate',
  }));
}

function notesOf({ from, digest, narrowedFrom, to }: CopiedImage): string[] {
  const moved = to.flatMap(({ repository, tags }) =>
    tags.filter((tag) => tag.from !== undefined && isToChange(tag)).map((tag) => `  ${repository}:${tag.tag} was ${tag.from ?? ''}`),
  );
  return [
    `  ${narrowedFrom === undefined ? `${from} is` : `part of ${from} is copied as`} ${digest} at every target`,
    ...(narrowedFrom === undefined ? [] : [style.yellow(describeNarrowing(narrowedFrom))]),
    ...moved.map((line) => style.dim(line)),
    ...to.flatMap(describeReferrers),
  ];
}

function describeNarrowing(narrowedFrom: string): string {
  return `  a new index of fewer platforms, not the source's ${narrowedFrom}: signatures of the whole index do not cover it`;
}

function describeReferrers({ repository, attachments: { copied, present, kept } }: CopiedTo): string[] {
  if (copied + present + kept === 0) return [];
  const line = `  ${repository}: ${countOf(copied, 'referrer')} (signatures, SBOMs …) copied, ${present} already present`;
  return kept === 0
    ? [line]
    : [line, style.yellow(`  ${repository}: ${kept} left unchanged, because they contain signatures that the source lacks`)];
}

function countOf(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}
