import { readFileSync } from 'node:fs';

/** What Linux tells of any process. */
export interface ProcessStat {
  readonly parentPid: number;
  /** When it started, in ticks since the machine did: ids of processes are used again, and this tells two of them apart. */
  readonly start: string;
}

/** `undefined` where there is no such process, and on other systems. */
export function readProcessStat(pid: number): ProcessStat | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // proc(5): the second field is a name in brackets that may hold anything; the parent is the fourth of all, the start the 22nd.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { parentPid: Number(fields[1]), start: fields[19] ?? '' };
}

/** One start of this machine; `undefined` on systems other than Linux. */
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
