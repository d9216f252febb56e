import { formatBytes } from './format-bytes';

/** Bytes by which an image is larger than the one before it; `new` if there was none, `unknown` if its size is unknown. */
export type SizeChange = number | 'new' | 'unknown' | undefined;

/** `48.2 MB (+1.3 MB)`, `48.2 MB (new)`, `48.2 MB (growth unknown)`; without a change the size alone. */
export function formatSize(bytes: number, change: SizeChange): string {
  const size = formatBytes(bytes);
  return change === undefined ? size : `${size} (${formatChange(change)})`;
}

function formatChange(change: Exclude<SizeChange, undefined>): string {
  if (change === 'unknown') return 'growth unknown';
  if (change === 'new') return change;
  if (change === 0) return 'same size';
  return `${change > 0 ? '+' : '-'}${formatBytes(Math.abs(change))}`;
}
