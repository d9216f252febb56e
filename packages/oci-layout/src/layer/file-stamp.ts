import type { BigIntStats } from 'node:fs';

import type { FileEntry } from './layer-entry';

/**
 * What tells that somebody wrote to a file or put another in its place, as git does it: unlike the modification time, the
 * change time can not be set back.
 */
export function stampOf(stats: BigIntStats): Pick<FileEntry, 'stamp' | 'changedMs'> {
  return {
    stamp: [stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(':'),
    changedMs: Math.max(Number(stats.mtimeMs), Number(stats.ctimeMs)),
  };
}
