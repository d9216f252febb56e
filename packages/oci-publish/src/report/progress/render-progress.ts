import { shortDigest } from '@nx-oci/model';

import { formatBytes } from '../../text/format-bytes';
import { style } from '../../text/style';
import { describeRate } from '../../text/describe-rate';
import { type BlobProgress, type RepositoryProgress } from './transfer-board';

const BAR_WIDTH = 20;
const NARROW_BAR_WIDTH = 10;
// The width of a blob's line with all of its parts.
const WIDE_COLUMNS = 68;
// Eight blobs are uploaded to a host in parallel; of more, only the number is shown.
const MAX_BLOBS = 8;

/** The area that can be redrawn: lines must not wrap or scroll out of the terminal. */
export interface DrawingArea {
  readonly columns: number;
  readonly rows: number;
}

/**
 * The running uploads, for a terminal: a line for each repository, and below it one for each blob that is being sent. Nothing if
 * there is no upload. In a small terminal, blobs are left out first, then repositories.
 *
 * @param elapsedMs of a repository, since its first byte.
 */
export function renderProgress(
  repositories: readonly RepositoryProgress[],
  elapsedMs: (repository: string) => number,
  { columns, rows }: DrawingArea,
): readonly string[] {
  const busy = repositories.filter(isBusy);
  const shown = busy.length > rows ? busy.slice(0, rows - 1) : busy;
  // One row of a repository is its heading, and one may be the number of hidden blobs.
  const most = Math.min(MAX_BLOBS, Math.floor(rows / Math.max(1, shown.length)) - 2);
  const lines = shown.flatMap((repository) => [
    headOf(repository, elapsedMs(repository.repository), columns),
    ...renderBlobs(repository, most, columns),
  ]);
  const rest = busy.length > shown.length ? [`  … and ${busy.length - shown.length} more repositories`] : [];
  return [...lines, ...rest].map((line) => cut(line, columns)).map((line) => (line.startsWith(' ') ? style.dim(line) : line));
}

/** One line for a repository: `ghcr.io/acme/api  12.3 MB of 45.6 MB, 2 of 5 blobs, 4.5 MB/s, 8 s left`. */
export function describeProgress(progress: RepositoryProgress, elapsedMs: number): string {
  const { repository, blobs } = progress;
  const { movedBytes, sizeBytes } = sumOf(progress);
  const done = blobs.filter(({ state }) => state === 'done').length;
  const rate = describeRate(movedBytes, sizeBytes, elapsedMs);
  return `${repository}  ${formatBytes(movedBytes)} of ${formatBytes(sizeBytes)}, ${done} of ${blobs.length} blobs${rate}`;
}

/** Whether bytes are being sent to it. */
export function isBusy({ blobs }: RepositoryProgress): boolean {
  return blobs.some(({ state }) => state === 'moving');
}

/** The line of a repository; if it is too long, the beginning of its name is cut off, not the numbers. */
function headOf(progress: RepositoryProgress, elapsedMs: number, columns: number): string {
  const line = describeProgress(progress, elapsedMs);
  if (line.length <= columns) return line;
  const { repository } = progress;
  const { movedBytes, sizeBytes } = sumOf(progress);
  const numbers = `  ${percent(movedBytes, sizeBytes)} of ${formatBytes(sizeBytes)}${describeRate(movedBytes, sizeBytes, elapsedMs)}`;
  return `${shorten(repository, columns - numbers.length)}${numbers}`;
}

/** The end of a name, from a slash on if that fits. */
function shorten(name: string, length: number): string {
  if (name.length <= length) return name;
  const end = name.slice(name.length - Math.max(0, length - 1));
  return `…${end.slice(Math.max(0, end.indexOf('/')))}`;
}

function renderBlobs({ blobs }: RepositoryProgress, most: number, columns: number): readonly string[] {
  if (most < 1) return [];
  const moving = blobs.filter(({ state }) => state === 'moving');
  const more = moving.length > most ? [`  … and ${moving.length - most} more`] : [];
  const describe = columns < WIDE_COLUMNS ? describeNarrowBlob : describeBlob;
  return [...moving.slice(0, most).map(describe), ...more];
}

function describeBlob(blob: BlobProgress): string {
  const { digest, sizeBytes, movedBytes } = blob;
  const state = hasLeft(blob) ? 'waiting for the registry' : `${formatBytes(movedBytes)} of ${formatBytes(sizeBytes)}`;
  return `  ${shortDigest(digest)} ${barOf(blob, BAR_WIDTH)} ${state}`;
}

function describeNarrowBlob(blob: BlobProgress): string {
  const { digest, sizeBytes, movedBytes } = blob;
  const [, hex = ''] = shortDigest(digest).split(':');
  const state = hasLeft(blob) ? 'waiting' : `${percent(movedBytes, sizeBytes)} of ${formatBytes(sizeBytes)}`;
  return `  ${hex} ${barOf(blob, NARROW_BAR_WIDTH)} ${state}`;
}

/** All bytes are sent, and the registry hashes them before it answers. */
function hasLeft({ sizeBytes, movedBytes }: BlobProgress): boolean {
  return movedBytes === sizeBytes;
}

function barOf({ sizeBytes, movedBytes }: BlobProgress, width: number): string {
  const filled = sizeBytes === 0 ? width : Math.floor((movedBytes / sizeBytes) * width);
  return '█'.repeat(filled) + '░'.repeat(width - filled);
}

function percent(part: number, whole: number): string {
  return `${whole === 0 ? 100 : Math.floor((part / whole) * 100)} %`;
}

function sumOf({ blobs }: RepositoryProgress): Pick<BlobProgress, 'movedBytes' | 'sizeBytes'> {
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
  return { movedBytes: sum(blobs.map(({ movedBytes }) => movedBytes)), sizeBytes: sum(blobs.map(({ sizeBytes }) => sizeBytes)) };
}

function cut(line: string, columns: number): string {
  return line.length <= columns ? line : `${line.slice(0, Math.max(0, columns - 1))}…`;
}
