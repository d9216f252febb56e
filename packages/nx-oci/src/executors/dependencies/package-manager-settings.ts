import { copyFile, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';

import { knownSecrets } from '@nx-oci/model';

/** The files with registries and their tokens; other package managers search parent folders by themselves. */
const LINKED = ['.npmrc', 'bunfig.toml'];
const READ = [...LINKED, '.yarnrc.yml'];

// `//host/:_authToken=x`, `token = "x"`, `npmAuthToken: x`
const SECRET =
  /^\s*(?:[^#;=]*:)?_?(?:authToken|auth|password)\s*=\s*(.+?)\s*$|^\s*(?:token|password)\s*=\s*["']([^"']+)["']|^\s*npmAuth(?:Token|Ident):\s*["']?([^"'\s]+)/gim;

/**
 * Makes the settings of the workspace, which contain tokens, available in our folder: by links, so that a killed process leaves
 * no copy behind. Hides their secrets in all further output.
 */
export async function borrowSettings(workspaceRoot: string, folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  for (const name of READ) {
    const file = join(workspaceRoot, name);
    const text = await readIfThere(file);
    if (text === undefined) continue;
    for (const [, ofNpm, ofBun, ofYarn] of text.matchAll(SECRET)) hide(ofNpm ?? ofBun ?? ofYarn ?? '', env);
    if (LINKED.includes(name)) await linkOrCopy(file, join(folder, name));
  }
}

function hide(written: string, env: NodeJS.ProcessEnv): void {
  knownSecrets().add(written.replace(/^(["'])(.*)\1$/, '$2').replace(/\$\{?(\w+)\}?/g, (_, name: string) => env[name] ?? ''));
}

/** On Windows, not every user may create links. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await symlink(from, to, 'file');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
    await copyFile(from, to);
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
