import { closeSync, constants, openSync, readFileSync, statSync } from 'node:fs';
import { isatty, WriteStream } from 'node:tty';
import { readProcessStat } from '@nx-oci/model';

/** The Nx process that runs the tasks, and what determines how it shows their output. */
export interface NxProcess {
  readonly pid: number;
  /** Its command line. */
  readonly argv: readonly string[];
  /** Absent if its output is not a terminal. */
  readonly terminal?: TerminalSize;
}

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** Error codes for a process that has ended, or is not ours. */
const UNKNOWN = ['ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'ENXIO', 'EIO', 'ENOTDIR'];

/**
 * The Nx process that runs a task, as seen on Linux; `undefined` on other systems, which do not show it.
 *
 * @param parentPid of the task's process: Nx itself, or an intermediate process for a task with its own terminal.
 */
export function readNxProcess(parentPid: number): NxProcess | undefined {
  try {
    let pid = parentPid;
    while (isGoBetween(argvOf(pid))) pid = readProcessStat(pid)?.parentPid ?? 0;
    const terminal = readTerminal(outputOf(pid));
    return { pid, argv: argvOf(pid), ...(terminal !== undefined && { terminal }) };
  } catch (error) {
    if (isUnknown(error)) return undefined;
    throw error;
  }
}

/** The file that a process prints to, as a path on Linux: opening it opens the same terminal. */
export function outputOf(pid: number): string {
  return `/proc/${pid}/fd/1`;
}

/** Whether an error means that the process, file or terminal no longer exists, or that we may not read it. */
export function isUnknown(error: unknown): boolean {
  return UNKNOWN.includes((error as NodeJS.ErrnoException).code ?? '');
}

function argvOf(pid: number): readonly string[] {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
}

/** Nx 22 to 24: `node …/nx/…/tasks-runner/fork.js`, and perhaps `sh -c node '…/tasks-runner/fork.js'` above it. */
function isGoBetween(argv: readonly string[]): boolean {
  return argv.some((word) => /\/tasks-runner\/fork\.js\b/.test(word));
}

/** The size of the terminal that a file is, opened for a moment; `undefined` if it is none. */
export function readTerminal(file: string): TerminalSize | undefined {
  if (!statSync(file).isCharacterDevice()) return undefined;
  const fd = openSync(file, constants.O_WRONLY | constants.O_NOCTTY | constants.O_NONBLOCK);
  if (!isatty(fd)) {
    closeSync(fd);
    return undefined;
  }
  // Closes it.
  const stream = new WriteStream(fd);
  const [columns, rows] = stream.getWindowSize();
  stream.destroy();
  return { columns, rows };
}
