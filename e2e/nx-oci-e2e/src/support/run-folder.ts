import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Jest's workers inherit it from the process that set everything up. */
const VARIABLE = 'NX_OCI_E2E_FOLDER';

/** Makes the folder of this jest run: packed packages, and the workspace that specs copy. */
export function makeRunFolder(): string {
  return (process.env[VARIABLE] = realpathSync(mkdtempSync(join(tmpdir(), 'nx-oci-e2e-'))));
}

/** The folder of this jest run. @throws outside of jest's global set-up and what comes after it. */
export function runFolder(): string {
  const folder = process.env[VARIABLE];
  if (folder === undefined) throw new Error('The packages are not packed: these specs need the global set-up of jest.config.js.');
  return folder;
}
