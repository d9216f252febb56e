const EXECUTABLE_MODE = 0o755;
const PLAIN_MODE = 0o644;
const OWNER_MAY_EXECUTE = 0o100;

/**
 * A file's permission bits in the image, from its owner's x bit alone, so that they do not depend on the umask.
 */
export function modeFromBits(mode: number): number {
  return (mode & OWNER_MAY_EXECUTE) === 0 ? PLAIN_MODE : EXECUTABLE_MODE;
}

/**
 * The same on Windows, whose file systems have no x bit: programs and scripts are recognised by their first bytes (`\x7fELF` or
 * `#!`). The image equals one built on Linux if exactly these files have the x bit on Linux; otherwise set `mode` of the layer
 * source.
 */
export function modeFromFirstBytes(bytes: Uint8Array): number {
  const start = Buffer.from(bytes.subarray(0, 4)).toString('latin1');
  return start.startsWith('#!') || start === '\x7fELF' ? EXECUTABLE_MODE : PLAIN_MODE;
}

// A layer with a folder sets its mode, even if the base image has the folder: these are never 0755.
const USUAL_FOLDER_MODES: Readonly<Record<string, number>> = { tmp: 0o1777, 'var/tmp': 0o1777, root: 0o700 };

/** @param path in the image, without slashes at either end. */
export function modeOfFolder(path: string): number {
  return USUAL_FOLDER_MODES[path] ?? 0o755;
}
