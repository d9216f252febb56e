import { existsSync } from 'node:fs';
import { symlink, writeFile } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';

import type { Credential } from '@nx-oci/distribution';
import { readTextFile } from '@nx-oci/model';

import type { RegistryLogin } from './dockerfile-tool';
import { makeTemporaryFolder } from '../tools/temporary-folder';

/** A folder with logins, for one call of a builder. */
export interface LoginFolder {
  /** The environment of the user, with this folder. */
  readonly env: NodeJS.ProcessEnv;
  remove(): Promise<void>;
}

/**
 * Makes a DOCKER_CONFIG for one call, with the user's settings, builders, contexts and plugins, and these logins: arguments and
 * variables of a process can be read by others, and the user's own file must not get them. Only this user can read the folder.
 * Without logins, it is the user's own.
 */
export async function makeDockerConfigFolder(env: NodeJS.ProcessEnv, logins: readonly RegistryLogin[]): Promise<LoginFolder> {
  if (logins.length === 0) return { env, remove: () => Promise.resolve() };
  const own = env['DOCKER_CONFIG'] || join(env['HOME'] || homedir(), '.docker');
  const made = await makeTemporaryFolder();
  try {
    const written = parseObject(await readTextFile(join(own, 'config.json')));
    await writeFile(join(made.folder, 'config.json'), JSON.stringify(withLogins(written, logins)), { mode: 0o600 });
    for (const name of ['cli-plugins', 'contexts', 'tls']) {
      // A junction, which on Windows needs no rights of its own; elsewhere the kind says nothing.
      if (existsSync(join(own, name))) await symlink(join(own, name), join(made.folder, name), 'junction');
    }
  } catch (error) {
    await made.remove();
    throw error;
  }
  return {
    env: { ...env, DOCKER_CONFIG: made.folder, BUILDX_CONFIG: env['BUILDX_CONFIG'] || join(own, 'buildx') },
    remove: () => made.remove(),
  };
}

/**
 * The same for podman and buildah: a REGISTRY_AUTH_FILE with the logins that they would find without it.
 *
 * @see https://github.com/containers/image/blob/v5.23.1/docs/containers-auth.json.5.md
 */
export async function makeAuthFile(env: NodeJS.ProcessEnv, logins: readonly RegistryLogin[]): Promise<LoginFolder> {
  if (logins.length === 0) return { env, remove: () => Promise.resolve() };
  const home = env['HOME'] || homedir();
  const named = env['REGISTRY_AUTH_FILE'] || env['DOCKER_CONFIG'];
  const files =
    named === undefined || named === ''
      ? [
          join(home, '.docker/config.json'),
          join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'containers/auth.json'),
          join(env['XDG_RUNTIME_DIR'] || `/run/user/${userInfo().uid}`, 'containers/auth.json'),
        ]
      : [env['REGISTRY_AUTH_FILE'] || join(named, 'config.json')];
  const made = await makeTemporaryFolder();
  try {
    const found = await Promise.all(files.map(async (file) => parseObject(await readTextFile(file))));
    // A helper of the user would hide what is in the file; one without a name is an error here.
    const hosts = new Set(logins.map(({ registry }) => registry));
    const credHelpers = Object.fromEntries(Object.entries(joinMaps(found, 'credHelpers')).filter(([host]) => !hosts.has(host)));
    const joined = { auths: { ...joinMaps(found, 'auths'), ...authsOf(logins) }, credHelpers };
    await writeFile(join(made.folder, 'auth.json'), JSON.stringify(joined), { mode: 0o600 });
  } catch (error) {
    await made.remove();
    throw error;
  }
  const { DOCKER_CONFIG: _docker, ...rest } = env;
  return { env: { ...rest, REGISTRY_AUTH_FILE: join(made.folder, 'auth.json') }, remove: () => made.remove() };
}

function joinMaps(files: readonly Json[], name: string): Json {
  return Object.assign({}, ...files.map((file) => file[name])) as Json;
}

type Json = Readonly<Record<string, unknown>>;

function withLogins(config: Json, logins: readonly RegistryLogin[]): Json {
  // The store of the user would hide what is in the file.
  const helpers = logins.map(({ registry }) => [keyOf(registry), ''] as const);
  return {
    ...config,
    auths: { ...(config['auths'] as object | undefined), ...authsOf(logins) },
    ...((config['credsStore'] !== undefined || config['credHelpers'] !== undefined) && {
      credHelpers: { ...(config['credHelpers'] as object | undefined), ...Object.fromEntries(helpers) },
    }),
  };
}

function authsOf(logins: readonly RegistryLogin[]): Json {
  return Object.fromEntries(logins.map(({ registry, credential }) => [keyOf(registry), authOf(credential)]));
}

function keyOf(registry: string): string {
  return registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry;
}

function authOf(credential: Credential): Json {
  switch (credential.kind) {
    case 'basic':
      return { auth: Buffer.from(`${credential.username}:${credential.password}`).toString('base64') };
    case 'identity-token':
      return { identitytoken: credential.token };
    case 'registry-token':
      return { registrytoken: credential.token };
  }
}

/** A file that docker cannot read either is its own to report. */
function parseObject(text: string | undefined): Json {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Json) : {};
  } catch {
    return {};
  }
}
