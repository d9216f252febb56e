import { formatBytes } from './format-bytes';
import { formatDuration } from './format-duration';

// What is done in the first moment says little: it may be in a buffer.
const STEADY_MS = 2000;

/** `, 4.5 MB/s, 8 s left`; nothing before it can be known. */
export function describeRate(doneBytes: number, sizeBytes: number, elapsedMs: number): string {
  if (elapsedMs <= 0) return '';
  const rate = `, ${formatBytes((doneBytes / elapsedMs) * 1000)}/s`;
  if (elapsedMs < STEADY_MS || doneBytes === 0 || doneBytes >= sizeBytes) return rate;
  return `${rate}, ${formatDuration(((sizeBytes - doneBytes) / doneBytes) * elapsedMs)} left`;
}
