import { readBootId, readProcessStat } from '@nx-oci/model';

/**
 * When a process was started, as text to compare: process ids are given out again, also after a restart of the machine.
 * `undefined` where it cannot be found out: outside Linux, or for a process that has ended.
 */
export function processStart(pid: number): string | undefined {
  const [boot, stat] = [readBootId(), readProcessStat(pid)];
  return boot === undefined || stat === undefined ? undefined : `${boot} ${stat.start}`;
}
