import { readFileSync } from 'node:fs';

/**
 * When a process was started, as text to compare: process ids are given out again, also after a restart of the machine.
 * `undefined` where it cannot be found out: outside Linux, or for a process that has ended.
 */
export function processStart(pid: number): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // proc(5): field 22. The second field, the name in parentheses, may itself hold spaces and parentheses.
    const [ticks] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(19);
    return ticks === undefined ? undefined : `${boot} ${ticks}`;
  } catch {
    // Ended, or /proc is not mounted: the id alone has to do.
    return undefined;
  }
}

/** Whether a process with this id exists, whoever owns it. */
export function isProcessAlive(pid: number): boolean {
  try {
    // Signal 0 asks without sending anything.
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process is alive all the same.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
