import { shortDigest, type Amount } from '@nx-oci/model';

import { formatBytes } from '../text/format-bytes';
import { formatSize } from '../text/format-size';
import { isSet, isToChange } from './is-set';
import { type ImageReport, type RegistryReport, type TagReport } from './report-schema';

/** An image in one repository, whether it was published there or copied. */
export interface ResultRow
  extends
    Pick<ImageReport, 'digest' | 'sizeBytes' | 'growth' | 'noGrowth'>,
    Pick<RegistryReport, 'outcome' | 'sent' | 'mounted' | 'present'> {
  /** `host/repository` */
  readonly name: string;
  readonly platforms?: readonly string[];
  readonly tags: readonly Pick<TagReport, 'tag' | 'action'>[];
}

/** The rows of an image that was published. */
export function rowsOf(image: ImageReport): readonly ResultRow[] {
  return image.registries.map((registry) => ({ ...image, ...registry, name: `${registry.host}/${registry.repository}` }));
}

/** The content of a cell: names (shown as code in Markdown), or a text. */
export type Cell =
  | { readonly names: readonly string[] }
  | { readonly text: string; /** Its colour; plain if absent. */ readonly tone?: 'quiet' | 'warning' | 'failure' };

/** One column of the table of results. */
export interface ResultColumn {
  readonly title: string;
  readonly isNumber?: true;
  readonly cell: (row: ResultRow) => Cell;
}

const UNKNOWN: Cell = { text: '–' };

/** The table of results, for every kind of output: add columns here. */
const COLUMNS: readonly ResultColumn[] = [
  { title: 'image', cell: ({ name }) => ({ names: [name] }) },
  { title: 'tags', cell: tagsCell },
  { title: 'digest', cell: ({ digest }) => (digest === undefined ? UNKNOWN : { names: [shortDigest(digest)] }) },
  { title: 'size', isNumber: true, cell: sizeCell },
  { title: 'sent', isNumber: true, cell: sentCell },
];

const PLATFORMS: ResultColumn = { title: 'platforms', cell: ({ platforms = [] }) => ({ names: platforms }) };

/** The columns for some rows; with the platforms if one of the images is for several. */
export function resultColumns(rows: readonly Pick<ResultRow, 'platforms'>[]): readonly ResultColumn[] {
  const isShown = rows.some(({ platforms = [] }) => platforms.length > 1);
  return isShown ? COLUMNS.flatMap((column) => (column.title === 'size' ? [PLATFORMS, column] : [column])) : COLUMNS;
}

function sizeCell({ sizeBytes, growth, noGrowth }: ResultRow): Cell {
  return sizeBytes === undefined ? UNKNOWN : { text: formatSize(sizeBytes, growth?.bytes ?? noGrowth) };
}

function tagsCell(row: ResultRow): Cell {
  const names = row.tags.filter((tag) => isSet(tag, row)).map(({ tag }) => tag);
  if (names.length > 0) return { names };
  return row.outcome === 'failed' ? { text: 'failed', tone: 'failure' } : { text: 'none', tone: 'warning' };
}

function sentCell({ outcome, tags, sent, mounted, present }: ResultRow): Cell {
  if (outcome === 'failed') return UNKNOWN;
  // Signatures may be new at a target whose tags are up to date.
  if (!tags.some(isToChange) && (sent === undefined || sent.count === 0))
    return { text: `nothing, ${describeUnchanged(tags)}`, tone: 'quiet' };
  if (sent === undefined) return { text: 'by the engine', tone: 'quiet' };
  const pieces = [count(sent, 'new'), count(mounted, 'mounted'), count(present, 'present')].filter((text) => text !== '').join(', ');
  if (pieces === '') return { text: 'nothing, tags only', tone: 'quiet' };
  return { text: `${sent.count === 0 ? 'nothing' : formatBytes(sent.bytes)} (${pieces})` };
}

/** The outcome if no tag was set: `up to date`, `latest held`. */
function describeUnchanged(tags: ResultRow['tags']): string {
  const held = tags.filter(({ action }) => action === 'held').map(({ tag }) => tag);
  return held.length === 0 ? 'up to date' : `${held.join(', ')} held`;
}

/** The number of blobs and manifests of one kind: `2 new`. */
function count(amount: Amount | undefined, way: string): string {
  return amount === undefined || amount.count === 0 ? '' : `${amount.count} ${way}`;
}
