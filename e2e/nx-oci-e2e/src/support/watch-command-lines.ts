import { readdirSync, readFileSync } from 'node:fs';

/** Collects the command lines of processes, which every user of a machine can see. */
export interface CommandLineWatch {
  /** Stops collecting. @returns every command line seen, once each */
  stop(): ReadonlySet<string>;
}

const EVERY_MS = 20;

/** Reads the command lines of all processes of this machine, fifty times a second. Linux only. */
export function watchCommandLines(): CommandLineWatch {
  const seen = new Set<string>();
  const timer = setInterval(() => {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) seen.add(readCommandLine(pid));
  }, EVERY_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return seen;
    },
  };
}

function readCommandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch (error) {
    // The process ended meanwhile.
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}
