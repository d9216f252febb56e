import { style } from '../text/style';

import { type ImageReport, type RegistryReport } from './report-schema';
import { describeSkippedRules } from '../tags/describe-skipped-rule';
import { plainLine, plainText } from '../text/plain-text';
import { renderTable } from '../text/render-table';
import { resultColumns, rowsOf, type Cell, type ResultRow } from './result-table';

// Builds are cached and know no commit, so they have digests of their own.
const DIGESTS = '  Not the digest that the build printed: publish adds the commit.';

/** The table at the end of a run: one row per image and registry, then every tag that was not set, and why. */
export function renderResults(reports: readonly ImageReport[]): string {
  const isNew = reports.some(({ outcome }) => outcome === 'published');
  return [renderRows(reports.flatMap(rowsOf)), ...(isNew ? [style.dim(DIGESTS)] : []), ...reports.flatMap(notesOf)].join('\n');
}

export function renderRows(rows: readonly ResultRow[]): string {
  const columns = resultColumns(rows);
  const header = columns.map(({ title }) => style.bold(title));
  return renderTable([header, ...rows.map((row) => columns.map(({ cell }) => show(cell(row))))]);
}

const TONES = { quiet: style.dim, warning: style.yellow, failure: style.red } as const;

function show(cell: Cell): string {
  if ('names' in cell) return cell.names.join(', ');
  return cell.tone === undefined ? cell.text : TONES[cell.tone](cell.text);
}

const OUTCOMES: Readonly<Record<Exclude<ImageReport['outcome'], 'held'>, string>> = {
  published: 'published',
  upToDate: 'up to date',
  staged: 'staged',
  failed: 'failed',
};

/** The outcome of one image in one line: the table above it shows the rest. */
export function describeOutcome({ project, outcome, digest, registries, reason = '' }: ImageReport): string {
  const reached = registries.filter((registry) => registry.outcome !== 'failed');
  const places = reached.map(placeOf).join(', ');
  if (outcome === 'failed') return `${project}: published in ${places === '' ? 'no registry' : `${places} alone`}.\n${plainText(reason)}`;
  if (outcome === 'held') return `${project}: ${describeHeld(registries)}`;
  return `${project}: ${OUTCOMES[outcome]}${digest === undefined ? '' : ` as ${digest}`} in ${places}`;
}

/** If no tag was set, the reasons: `no tag was set: latest held (branch feat/x, not main)`. */
function describeHeld(registries: readonly RegistryReport[]): string {
  const held = registries.flatMap(({ tags }) => tags.filter(({ action }) => action === 'held'));
  const texts = held.map(({ tag, reason }) => `${tag} held${reason === undefined ? '' : ` (${plainLine(reason)})`}`);
  return `no tag was set: ${[...new Set(texts)].join(', ')}`;
}

function notesOf({ project, registries, skippedRules, versionDoubt }: ImageReport): string[] {
  const skipped = describeSkippedRules(skippedRules).map((line) => style.dim(`  ${project}: no tag for ${line}`));
  // The rule that gave no tag already reported this reason.
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
