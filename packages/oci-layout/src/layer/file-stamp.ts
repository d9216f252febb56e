import type { BigIntStats } from 'node:fs';

import type { FileEntry } from './layer-entry';

/**
 * Detects that a file was written or replaced, as git does: unlike the modification time, the change time cannot be set back.
 */
export function stampOf(stats: BigIntStats): Pick<FileEntry, 'stamp' | 'changedMs'> {
  return {
    stamp: [stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(':'),
    changedMs: Math.max(Number(stats.mtimeMs), Number(stats.ctimeMs)),
  };
}
