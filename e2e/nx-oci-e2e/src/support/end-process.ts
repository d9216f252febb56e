import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Kills one process with SIGKILL, so that it cannot clean up. */
export async function killProcess(pid: string): Promise<void> {
  process.kill(Number(pid), 'SIGKILL');
  while (isThere(pid)) await sleep(20);
}

/** The parent of a process. Linux only. */
export function parentOf(pid: string): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]!;
}

/** A zombie (state Z), which ended and was not waited for, counts as gone. */
function isThere(pid: string): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}
