import { shortDigest, type Amount } from '@nx-oci/model';
import { style } from '../text/style';

import { type ImageReport, type RegistryReport, type TagReport } from './report-schema';
import { describeSkippedRules } from '../tags/describe-skipped-rule';
import { formatBytes } from '../text/format-bytes';
import { isSet, isToChange } from './is-set';
import { plainLine, plainText } from '../text/plain-text';
import { renderTable } from '../text/render-table';

/** The table at the end of a run: one row an image and registry, then every tag that was not set and why. */
export function renderResults(reports: readonly ImageReport[]): string {
  const header = ['image', 'tags', 'digest', 'size', 'sent'].map((title) => style.bold(title));
  const rows = reports.flatMap((report) => report.registries.map((registry) => rowOf(report, registry)));
  return [renderTable([header, ...rows]), ...reports.flatMap(notesOf)].join('\n');
}

const OUTCOMES: Readonly<Record<Exclude<ImageReport['outcome'], 'held'>, string>> = {
  published: 'published',
  upToDate: 'up to date',
  staged: 'staged',
  failed: 'failed',
};

/** What became of one image, in one line: the table above it shows the rest. */
export function describeOutcome({ project, outcome, digest, registries, reason = '' }: ImageReport): string {
  const reached = registries.filter((registry) => registry.outcome !== 'failed');
  const places = reached.map(placeOf).join(', ');
  if (outcome === 'failed') return `${project}: published in ${places === '' ? 'no registry' : `${places} alone`}.\n${plainText(reason)}`;
  if (outcome === 'held') return `${project}: ${describeHeld(registries)}`;
  return `${project}: ${OUTCOMES[outcome]}${digest === undefined ? '' : ` as ${digest}`} in ${places}`;
}

/** No tag was set, and some were not for a reason: `no tag was set: latest held (branch feat/x, not main)`. */
function describeHeld(registries: readonly RegistryReport[]): string {
  const held = registries.flatMap(({ tags }) => tags.filter(({ action }) => action === 'held'));
  const texts = held.map(({ tag, reason }) => `${tag} held${reason === undefined ? '' : ` (${plainLine(reason)})`}`);
  return `no tag was set: ${[...new Set(texts)].join(', ')}`;
}

function rowOf(report: ImageReport, registry: RegistryReport): string[] {
  return [
    placeOf(registry),
    registry.tags
      .filter((tag) => isSet(tag, registry))
      .map(({ tag }) => tag)
      .join(', ') || (registry.outcome === 'failed' ? style.red('failed') : style.yellow('none')),
    report.digest === undefined ? '–' : shortDigest(report.digest),
    report.sizeBytes === undefined ? '–' : formatBytes(report.sizeBytes),
    describeSent(registry),
  ];
}

function describeSent({ outcome, tags, sent, mounted, present }: RegistryReport): string {
  if (outcome === 'failed') return '–';
  if (!tags.some(isToChange)) return style.dim(`nothing, ${describeUnchanged(tags)}`);
  if (sent === undefined) return style.dim('by the engine');
  const pieces = [count(sent, 'new'), count(mounted, 'mounted'), count(present, 'present')].filter((text) => text !== '').join(', ');
  if (pieces !== '') return `${sent.count === 0 ? 'nothing' : formatBytes(sent.bytes)} (${pieces})`;
  return style.dim('nothing, tags only');
}

/** What became of tags of which none was set again: `up to date`, `latest held`. */
function describeUnchanged(tags: readonly TagReport[]): string {
  const held = tags.filter(({ action }) => action === 'held').map(({ tag }) => tag);
  return held.length === 0 ? 'up to date' : `${held.join(', ')} held`;
}

/** How many blobs and manifests took one way: `2 new`. */
function count(amount: Amount | undefined, way: string): string {
  return amount === undefined || amount.count === 0 ? '' : `${amount.count} ${way}`;
}

function notesOf({ project, registries, skippedRules, versionDoubt }: ImageReport): string[] {
  const skipped = describeSkippedRules(skippedRules).map((line) => style.dim(`  ${project}: no tag for ${line}`));
  // A rule that gives no tag for it has said it.
  const isSaid = skippedRules.some(({ reason }) => reason === versionDoubt);
  const doubt = versionDoubt === undefined || isSaid ? [] : [style.yellow(`  ${project}: ${plainLine(versionDoubt)}`)];
  return [...registries.flatMap(notesOfRegistry), ...skipped, ...doubt];
}

function notesOfRegistry(registry: RegistryReport): string[] {
  const { tags, notice, contentUnchanged, outcome, reason: failure = '' } = registry;
  if (outcome === 'failed') return [style.red(`  ${placeOf(registry)} failed: ${plainText(failure)}`)];
  const noted = tags
    .filter(({ action, reason }) => action === 'held' || reason !== undefined)
    .map(({ tag, action, reason = '' }) =>
      style.yellow(`  ${placeOf(registry)}:${tag} ${action === 'held' ? 'held' : 'set'}: ${plainLine(reason)}`),
    );
  const unchanged =
    contentUnchanged === true ? [style.dim(`  ${placeOf(registry)}: content unchanged; only the commit that it names is new`)] : [];
  return [...noted, ...unchanged, ...(notice === undefined ? [] : [`  ${notice}`])];
}

function placeOf({ host, repository }: RegistryReport): string {
  return `${host}/${repository}`;
}
