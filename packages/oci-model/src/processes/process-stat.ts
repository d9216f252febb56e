import { readFileSync } from 'node:fs';

/** What Linux reports about a process. */
export interface ProcessStat {
  readonly parentPid: number;
  /** When it started, in ticks since boot: process ids are reused, and the start time distinguishes two processes. */
  readonly start: string;
}

/** `undefined` if there is no such process, and on other systems. */
export function readProcessStat(pid: number): ProcessStat | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // proc(5): the second field is a name in brackets, which may contain anything; the parent is field 4, the start field 22.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { parentPid: Number(fields[1]), start: fields[19] ?? '' };
}

/** An id that is new for every boot of this machine; `undefined` on systems other than Linux. */
export function readBootId(): string | undefined {
  return readIfThere('/proc/sys/kernel/random/boot_id')?.trim();
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1');
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
