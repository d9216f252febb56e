import { shortDigest, type Amount } from '@nx-oci/model';

import { isChanged, type CopiedImage, type CopiedTo, type CopyReport } from './copy-report';
import { describeTarget, type CopyPlan, type PlannedTarget } from './plan-copy';
import { sizeOfImage } from './source/read-image';
import { describeTagPlan } from '../publish/plan/describe-tag';
import { formatBytes } from '../text/format-bytes';
import { renderTable } from '../text/render-table';
import { style } from '../text/style';

/** What a copy would do, for `--dryRun`. */
export function renderCopyPlans(plans: readonly CopyPlan[]): string {
  return [...plans.map(renderPlan), 'Dry run: nothing was written.'].join('\n');
}

function renderPlan({ source, targets }: CopyPlan): string {
  const { image, referrers, narrowedFrom } = source;
  const blobs = `${formatBytes(sizeOfImage(image))} in ${image.blobs.length} blobs, ${image.documents.length} manifests`;
  const rows = targets.flatMap((target) => target.tags.map((plan) => [`  ${describeTarget(target)}:${plan.tag}`, describeTagPlan(plan)]));
  return [
    `${style.bold(source.name)} ${image.root.descriptor.digest}`,
    ...(narrowedFrom === undefined ? [] : [describeNarrowing(narrowedFrom)]),
    `  ${blobs}${referrers.length === 0 ? '' : `, and ${countOf(referrers.length, 'referrer')} (signatures, SBOMs …)`}`,
    renderTable(rows),
    ...targets.map((target) => style.dim(`  ${describeTarget(target)}: ${describeWork(target, source.image)}`)),
  ].join('\n');
}

/** Which blobs a registry has is only asked when they are sent. */
function describeWork({ hasContent, isOwnRepository }: PlannedTarget, image: CopyPlan['source']['image']): string {
  if (hasContent) return 'has the content, only tags are set';
  return isOwnRepository ? 'receives only the new index' : `receives what it lacks, at most ${formatBytes(sizeOfImage(image))}`;
}

/** One line when a copy begins. */
export function describeCopying({ source }: CopyPlan, target: PlannedTarget): string {
  return style.dim(`${source.name} → ${describeTarget(target)} (${formatBytes(sizeOfImage(source.image))}) …`);
}

/** The table at the end: one row a source and target, then each digest in full, and what else there is to know. */
export function renderCopies({ images }: CopyReport): string {
  const header = ['copy', 'tags', 'digest', 'size', 'sent'].map((title) => style.bold(title));
  const rows = images.flatMap((image) => image.to.map((target) => rowOf(image, target)));
  return [renderTable([header, ...rows]), ...images.flatMap(notesOf)].join('\n');
}

function rowOf({ digest, sizeBytes }: CopiedImage, target: CopiedTo): string[] {
  const tags = target.tags.map(({ tag }) => tag).join(', ');
  return [target.repository, tags, shortDigest(digest), formatBytes(sizeBytes), describeSent(target)];
}

function describeSent({ tags, sent, mounted, present, attachments }: CopiedTo): string {
  if (!tags.some(isChanged) && attachments.copied === 0) return style.dim('nothing, up to date');
  const pieces = [count(sent, 'new'), count(mounted, 'mounted'), count(present, 'present')].filter((text) => text !== '').join(', ');
  if (pieces === '') return style.dim('nothing, tags only');
  return `${sent.count === 0 ? 'nothing' : formatBytes(sent.bytes)} (${pieces})`;
}

function count(amount: Amount, way: string): string {
  return amount.count === 0 ? '' : `${amount.count} ${way}`;
}

function notesOf({ from, digest, narrowedFrom, to }: CopiedImage): string[] {
  const moved = to.flatMap(({ repository, tags }) =>
    tags.filter((tag) => tag.from !== undefined && isChanged(tag)).map((tag) => `  ${repository}:${tag.tag} was ${tag.from ?? ''}`),
  );
  return [
    `  ${from} is ${digest} at every target`,
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
