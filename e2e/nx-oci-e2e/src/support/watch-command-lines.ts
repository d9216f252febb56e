import { readdirSync, readFileSync } from 'node:fs';

/** Collects what every user of this machine can see of its processes. */
export interface CommandLineWatch {
  /** Stops looking. @returns every command line that was seen, once */
  stop(): ReadonlySet<string>;
}

const EVERY_MS = 20;

/** Looks at the command lines of all processes of this machine, fifty times a second. Linux only. */
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
    // It ended meanwhile.
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}
