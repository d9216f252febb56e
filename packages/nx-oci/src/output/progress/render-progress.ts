import { shortDigest } from '@nx-oci/model';

import { formatBytes } from '../format-bytes';
import { style } from '../style';
import { type BlobProgress, type PlaceProgress } from './transfer-board';

const BAR_WIDTH = 20;
// Eight blobs travel at once to one host; of more only the number is told.
const MAX_BLOBS = 8;

/**
 * What is on its way, for a terminal: a line for each repository, and below it one for each of its blobs that is not there
 * yet. Nothing where nothing moves.
 *
 * @param elapsedMs since the first byte.
 * @param columns of the terminal; no line is longer, so that none wraps.
 */
export function renderProgress(places: readonly PlaceProgress[], elapsedMs: number, columns: number): readonly string[] {
  const lines = places.filter(isBusy).flatMap((place) => {
    const moving = place.blobs.filter(({ isDone }) => !isDone);
    const more = moving.length > MAX_BLOBS ? [`  … and ${moving.length - MAX_BLOBS} more`] : [];
    return [describeProgress(place, elapsedMs), ...moving.slice(0, MAX_BLOBS).map(describeBlob), ...more];
  });
  return lines.map((line) => cut(line, columns)).map((line) => (line.startsWith(' ') ? style.dim(line) : line));
}

/** One line for a place: `ghcr.io/acme/api  12.3 MB of 45.6 MB, 2 of 5 blobs, 4.5 MB/s`. */
export function describeProgress({ place, blobs }: PlaceProgress, elapsedMs: number): string {
  const moved = sum(blobs.map(({ movedBytes }) => movedBytes));
  const size = sum(blobs.map(({ sizeBytes }) => sizeBytes));
  const done = blobs.filter(({ isDone }) => isDone).length;
  const rate = elapsedMs > 0 ? `, ${formatBytes((moved / elapsedMs) * 1000)}/s` : '';
  return `${place}  ${formatBytes(moved)} of ${formatBytes(size)}, ${done} of ${blobs.length} blobs${rate}`;
}

/** Whether anything is still on its way there. */
export function isBusy({ blobs }: PlaceProgress): boolean {
  return blobs.some(({ isDone }) => !isDone);
}

function describeBlob({ digest, sizeBytes, movedBytes }: BlobProgress): string {
  const filled = sizeBytes === 0 ? BAR_WIDTH : Math.floor((movedBytes / sizeBytes) * BAR_WIDTH);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
  // All bytes are out, and the registry hashes what it got before it answers.
  const state = movedBytes === sizeBytes ? 'waiting for the registry' : `${formatBytes(movedBytes)} of ${formatBytes(sizeBytes)}`;
  return `  ${shortDigest(digest)} ${bar} ${state}`;
}

function cut(line: string, columns: number): string {
  return line.length <= columns ? line : `${line.slice(0, Math.max(0, columns - 1))}…`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
