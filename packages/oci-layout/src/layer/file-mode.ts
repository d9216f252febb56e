const EXECUTABLE_MODE = 0o755;
const PLAIN_MODE = 0o644;
const OWNER_MAY_EXECUTE = 0o100;

/**
 * A file's permission bits in the image, from its owner's x bit alone: whatever else the umask of a machine made of the
 * file is not part of it.
 */
export function modeFromBits(mode: number): number {
  return (mode & OWNER_MAY_EXECUTE) === 0 ? PLAIN_MODE : EXECUTABLE_MODE;
}

/**
 * The same on Windows, whose file systems have no x bit: programs and scripts are known by their first bytes (`\x7fELF`
 * or `#!`). An image built there equals one built on Linux when exactly these files have the x bit on Linux; where they
 * do not, `mode` of the layer source decides for both.
 */
export function modeFromFirstBytes(bytes: Uint8Array): number {
  const start = Buffer.from(bytes.subarray(0, 4)).toString('latin1');
  return start.startsWith('#!') || start === '\x7fELF' ? EXECUTABLE_MODE : PLAIN_MODE;
}

// A layer that names a folder sets its mode anew, also where the base image has it already: these are not 0755 anywhere.
const USUAL_FOLDER_MODES: Readonly<Record<string, number>> = { tmp: 0o1777, 'var/tmp': 0o1777, root: 0o700 };

/** @param path in the image, without slashes at either end. */
export function modeOfFolder(path: string): number {
  return USUAL_FOLDER_MODES[path] ?? 0o755;
}
