import { asTyped, formatBytes, formatSize, plainLine, plainText, renderTable, style } from '@nx-oci/publish';

import { type ImageStatus, type PublishedIn, type WorkspacePlan } from './plan-schema';
import { describeReason, describeUnchecked } from './describe-reason';

/** With more images, those that are up to date would hide the others. */
const FEW_IMAGES = 30;
const FEW_NAMES = 3;

/** The plan of a workspace for the user: a line for each image and reason, and the command that publishes them. */
export function renderWorkspacePlan(plan: WorkspacePlan, env: NodeJS.ProcessEnv = {}): string {
  const header = ['image', 'published now', 'size', 'why'].map((title) => style.bold(title));
  const failures = plan.images.filter(({ outcome }) => outcome === 'failed');
  const shown = plan.images.length > FEW_IMAGES ? plan.images.filter(({ outcome }) => outcome !== 'upToDate') : plan.images;
  const left = plan.images.length - shown.length;
  return [
    ...(shown.length === 0 ? [] : [renderTable([header, ...shown.flatMap(rowsOf)])]),
    ...(left === 0 ? [] : [style.dim(`${left} more are up to date.`)]),
    ...describeNotices(plan.images).map((line) => style.yellow(line)),
    ...describeUncheckedBases(plan.images).map((line) => style.yellow(line)),
    ...failures.map(({ project, text = '' }) => style.red(`${project}: ${plainText(text)}`)),
    asTyped(summarize(plan), env),
  ].join('\n');
}

/** The warnings of a publish about git tags that are not releases: one line per tag, since most projects share them. */
function describeNotices(images: readonly ImageStatus[]): readonly string[] {
  const projects = new Map<string, string[]>();
  for (const { project, notice } of images) {
    if (notice !== undefined) projects.set(notice, [...(projects.get(notice) ?? []), project]);
  }
  return [...projects].map(([notice, names]) => `${fewNames(names)}: ${plainLine(notice)}`);
}

/** Each base once: many images share one. Those of failed images are in their message. */
function describeUncheckedBases(images: readonly ImageStatus[]): readonly string[] {
  const projects = new Map<string, string[]>();
  for (const { project, outcome, uncheckedBases = [] } of images) {
    if (outcome === 'failed') continue;
    for (const base of uncheckedBases) {
      const text = describeUnchecked(base);
      projects.set(text, [...(projects.get(text) ?? []), project]);
    }
  }
  return [...projects].map(([text, names]) => `${fewNames(names)}: it is unknown whether ${plainLine(text)}`);
}

function fewNames(names: readonly string[]): string {
  const rest = names.length > FEW_NAMES ? ` and ${names.length - FEW_NAMES} more` : '';
  return `${names.slice(0, FEW_NAMES).join(', ')}${rest}`;
}

function rowsOf(image: ImageStatus): readonly (readonly string[])[] {
  const { project, outcome, reasons, text = '', published } = image;
  const places = published.map(({ place, tag, revision }) =>
    tag === undefined ? `${place}: nothing` : `${place}:${tag}${revision === undefined ? '' : ` of ${revision.slice(0, 7)}`}`,
  );
  const why =
    outcome === 'publish' ? reasons.map((reason) => plainLine(describeReason(reason))) : [style.dim(describeOutcome(outcome, text))];
  return Array.from({ length: Math.max(why.length, places.length, 1) }, (_, index) => [
    index === 0 ? (outcome === 'publish' ? project : style.dim(project)) : '',
    style.dim(plainLine(places[index] ?? '')),
    describeSize(image, published[index]),
    why[index] ?? '',
  ]);
}

/** `48.2 MB (+1.3 MB)`, `46.9 MB now` before the build, or `unknown`, which differs from `new`. */
function describeSize({ outcome, reasons, sizeBytes }: ImageStatus, published: PublishedIn | undefined): string {
  if (published === undefined) return '';
  const { registry, sizeBytes: before, growthBytes } = published;
  const isNew = reasons.some((reason) => reason.kind === 'missing' && reason.registries.includes(registry));
  if (sizeBytes !== undefined) return formatSize(sizeBytes, growthBytes ?? (isNew ? 'new' : 'unknown'));
  const isToBuild = outcome === 'publish';
  if (isNew) return style.dim('not built');
  if (before === undefined) return style.dim('unknown');
  return style.dim(isToBuild ? `${formatBytes(before)} now` : formatBytes(before));
}

function describeOutcome(outcome: Exclude<ImageStatus['outcome'], 'publish'>, text: string): string {
  if (outcome === 'upToDate') return 'up to date';
  return outcome === 'failed' ? 'failed, see below' : plainLine(text);
}

function summarize({ images, hasImages, projects, matrix, onlyMovedBases }: WorkspacePlan): string {
  const failed = images.filter(({ outcome }) => outcome === 'failed').length;
  const rest = failed === 0 ? '' : `, ${failed} could not be checked`;
  if (images.length === 0) return 'No project of this workspace publishes an image.';
  if (!hasImages && onlyMovedBases === true) return style.bold(`Nothing to publish: no base image has moved${rest}.`);
  if (!hasImages) return style.bold(`Nothing to publish: ${images.length - failed} of ${images.length} images are up to date${rest}.`);
  const targets = [...new Set(matrix.include.map(({ target }) => target))].join(',');
  return [
    style.bold(`${matrix.include.length} of ${images.length} images to publish${rest}.`),
    // Inputs of a task do not show that a base moved, so Nx would restore the old image.
    `  → nx run-many -t ${targets} --projects=${projects}${onlyMovedBases === true ? ' --skip-nx-cache' : ''}`,
  ].join('\n');
}
