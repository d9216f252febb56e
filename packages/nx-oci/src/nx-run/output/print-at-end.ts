import { constants, type Stats } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { isatty } from 'node:tty';
import { print, printable } from '@nx-oci/publish';

import { isUnknown, outputOf } from './nx-process';

/**
 * Shows text when a run has ended, in the terminal of the Nx process that ran it: with Nx's daemon this is done inside of
 * the daemon, whose own output is not shown. Nx waits for it, after its summary.
 *
 * @param pid of the Nx process. Where it is `undefined` or has no terminal of ours, the text is printed as everything is.
 */
export async function printAtEnd(text: string, pid: number | undefined): Promise<void> {
  const terminal = pid === undefined ? undefined : await openTerminal(outputOf(pid));
  if (terminal === undefined) {
    print(text);
    return;
  }
  try {
    // Below what Nx has said last; with returns, since after Ctrl-C in its own interface Nx may leave a terminal without.
    await terminal.writeFile(`\n${printable(text)}\n`.replaceAll('\n', '\r\n'));
  } finally {
    await terminal.close();
  }
}

/** Opens nothing but a terminal that is there and belongs to the user, and never as the terminal of this process. */
async function openTerminal(file: string): Promise<FileHandle | undefined> {
  try {
    if (!isOwnDevice(await stat(file))) return undefined;
    const handle = await open(file, constants.O_WRONLY | constants.O_NOCTTY);
    // The checked file may have been another one.
    if (isOwnDevice(await handle.stat()) && isatty(handle.fd)) return handle;
    await handle.close();
    return undefined;
  } catch (error) {
    if (isUnknown(error)) return undefined;
    throw error;
  }
}

function isOwnDevice(stats: Stats): boolean {
  return stats.isCharacterDevice() && stats.uid === process.getuid?.();
}
