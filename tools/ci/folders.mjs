/** Folders of the real servers and of the programs that they need. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repositoryRoot = resolve(fileURLToPath(new URL('../..', import.meta.url)));

/** Data, configuration and logs of the servers that run; git ignores it. */
export const serversFolder = join(repositoryRoot, 'tmp', 'real-things');

/** What runs, and how to reach it: written by start, read by tests and by stop. */
export const serversFile = join(serversFolder, 'servers.json');

/** Where programs of Go and of npm are kept, one folder for each version; the same for all clones of the repository. */
export function programsFolder() {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return resolve(process.env.NX_OCI_REAL_THINGS || join(cache, 'nx-oci', 'real-things', 'bin'));
}
