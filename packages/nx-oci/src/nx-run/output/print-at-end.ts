import { constants, type Stats } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { isatty } from 'node:tty';
import { print, printable, wantsColor } from '@nx-oci/publish';

import { isUnknown, outputOf, readTerminal } from './nx-process';

/**
 * Prints text at the end of a run, in the terminal of the Nx process that ran it: with Nx's daemon this code runs inside the
 * daemon, whose own output is invisible. Nx waits for it, after its summary.
 *
 * @param pid of the Nx process. If it is `undefined` or has no terminal of ours, the text is printed normally.
 */
export async function printAtEnd(text: string, pid: number | undefined): Promise<void> {
  const terminal = pid === undefined ? undefined : await openTerminal(outputOf(pid));
  if (terminal === undefined || pid === undefined) {
    print(text);
    return;
  }
  try {
    // Below the last output of Nx; with carriage returns, since after Ctrl-C Nx's interface may leave the terminal in raw mode.
    const columns = readTerminal(outputOf(pid))?.columns;
    const screen = { hasColor: wantsColor(process.env, true), ...(columns !== undefined && { columns }) };
    await terminal.writeFile(`\n${printable(text, screen)}\n`.replaceAll('\n', '\r\n'));
  } finally {
    await terminal.close();
  }
}

/** Opens only an existing terminal that belongs to the user, and never makes it the controlling terminal of this process. */
async function openTerminal(file: string): Promise<FileHandle | undefined> {
  try {
    if (!isOwnDevice(await stat(file))) return undefined;
    const handle = await open(file, constants.O_WRONLY | constants.O_NOCTTY);
    // The file may have been replaced after the check.
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
