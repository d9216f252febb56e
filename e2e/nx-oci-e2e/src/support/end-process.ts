import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Ends one process at once: it hears nothing of it and cleans nothing up. */
export async function killAtOnce(pid: string): Promise<void> {
  process.kill(Number(pid), 'SIGKILL');
  while (isThere(pid)) await sleep(20);
}

/** The process that started another one. Linux only. */
export function parentOf(pid: string): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]!;
}

/** A process that has ended and that nobody has asked about yet (state Z) is gone, too. */
function isThere(pid: string): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}
