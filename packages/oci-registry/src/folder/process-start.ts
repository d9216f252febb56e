import { readBootId, readProcessStat } from '@nx-oci/model';

/**
 * The start time of a process, as text to compare: process ids are reused, also after a reboot. `undefined` if it is unknown:
 * outside Linux, or for a process that has ended.
 */
export function processStart(pid: number): string | undefined {
  const [boot, stat] = [readBootId(), readProcessStat(pid)];
  return boot === undefined || stat === undefined ? undefined : `${boot} ${stat.start}`;
}
