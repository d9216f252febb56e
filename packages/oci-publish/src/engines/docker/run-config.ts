import { copyFile, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { parseDockerConfig } from '@nx-oci/distribution';

import { makeTemporaryFolder, type TemporaryFolder } from '../temporary-folder';

/** A docker configuration folder, for `DOCKER_CONFIG`, that lives as long as one login of one run. */
export type RunConfig = TemporaryFolder;

// Where logins are, or programs that keep them: none of it is ours to read, change or add to.
const LOGIN_KEYS = ['auths', 'credsStore', 'credHelpers'] as const;

/**
 * The docker command (28.2, cli/config/config.go, LoadDefaultConfigFile) picks a key ring of the machine when a
 * configuration holds no login at all: what it is told then stays on the machine. An entry for a host that cannot
 * exist (RFC 2606) makes it write to the file.
 */
const KEEPS_LOGINS_IN_THE_FILE = { auths: { 'nx-oci.invalid': {} } };

/**
 * Makes a configuration folder without logins beside the user's own: proxies, contexts, builders and plugins stay as
 * they are, since everything but logins is taken over.
 *
 * @param env says where the user's folder is: `DOCKER_CONFIG`, else `.docker` in the home folder.
 */
export async function createRunConfig(env: NodeJS.ProcessEnv): Promise<RunConfig> {
  const config = await makeTemporaryFolder('docker');
  try {
    await takeOver(userConfigFolder(env), config.folder);
  } catch (error) {
    await config.remove();
    throw error;
  }
  return config;
}

function userConfigFolder({ DOCKER_CONFIG: folder, HOME, USERPROFILE }: NodeJS.ProcessEnv): string {
  return folder !== undefined && folder !== '' ? folder : join(HOME ?? USERPROFILE ?? homedir(), '.docker');
}

async function takeOver(from: string, to: string): Promise<void> {
  const entries = await readdir(from, { withFileTypes: true }).catch(nothingIfMissing);
  for (const entry of entries ?? []) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    // A link to a folder (cli-plugins, contexts, buildx …), so that what a builder notes there stays noted.
    if (!entry.isFile()) await symlink(source, target, 'junction');
    // Certificates for the engine itself, when it is reached over TCP.
    else if (entry.name.endsWith('.pem')) await copyFile(source, target);
  }
  const settings = { ...(await readSettings(join(from, 'config.json'))), ...KEEPS_LOGINS_IN_THE_FILE };
  await writeFile(join(to, 'config.json'), JSON.stringify(settings), { mode: 0o600 });
}

async function readSettings(file: string): Promise<Record<string, unknown>> {
  const content = await readFile(file).catch(nothingIfMissing);
  const settings = content === undefined ? {} : parseDockerConfig(content, file);
  return Object.fromEntries(Object.entries(settings).filter(([key]) => !(LOGIN_KEYS as readonly string[]).includes(key)));
}

function nothingIfMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
