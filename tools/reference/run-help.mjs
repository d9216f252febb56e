import { execFileSync } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';

import { ROOT } from './read-sources.mjs';

/** What `nx g nx-oci:NAME --help` prints, 80 columns wide. */
export function runHelp(name) {
  const env = { ...process.env, COLUMNS: '80', NO_COLOR: '1', FORCE_COLOR: '0', NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_TUI: 'false' };
  const args = ['node_modules/nx/dist/bin/nx.js', 'g', `nx-oci:${name}`, '--help'];
  const printed = execFileSync(process.execPath, args, { cwd: ROOT, env, encoding: 'utf8', timeout: 120_000 });
  return stripVTControlCharacters(printed)
    .replace(/[ \t]+$/gm, '')
    .trim();
}
