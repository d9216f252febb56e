import { join } from 'node:path';

import { isOciError, OciError, readSmallFile } from '@nx-oci/model';

import { type AuthFile, findEntry, findHelpers, type NamedHelper, parseAuthFile, serversOf } from './auth-file';
import { type CredentialAnswer, type CredentialSource } from './credential';
import { askHelper } from './credential-helper';

export interface DockerConfigOptions {
  /** DOCKER_AUTH_CONFIG, REGISTRY_AUTH_FILE, DOCKER_CONFIG, XDG_RUNTIME_DIR, XDG_CONFIG_HOME, PATH. */
  readonly env: NodeJS.ProcessEnv;
  readonly homeFolder: string;
}

/** A file or variable where Docker or Podman keep credentials. */
interface CredentialLocation {
  /** Short, for error texts. */
  readonly name: string;
  readonly read: () => Promise<AuthFile | undefined>;
}

interface Image {
  readonly registry: string;
  readonly repository: string;
}

/**
 * Finds credentials where `docker login` and `podman login` store them: `DOCKER_AUTH_CONFIG`, `REGISTRY_AUTH_FILE`,
 * Docker's config.json, Podman's auth files; in each of them `credHelpers`, entries for a path (longest first),
 * `credsStore`, the entry for the host (as Docker writes it, then any other spelling). The first match decides.
 *
 * Each source reads files and asks helpers only once. It reads nothing from the workspace.
 */
export function dockerConfigCredentials(options: DockerConfigOptions): CredentialSource {
  const locations = listLocations(options).map(({ name, read }) => ({ name, read: once(read) }));
  const ask = rememberHelpers(options.env);
  return {
    async find(registry, repository) {
      const searched: string[] = [];
      for (const location of locations) {
        const file = await location.read();
        const answer = file === undefined ? { searched: ['no such file'] } : await searchFile(file, { registry, repository }, ask);
        searched.push(`${location.name} (${answer.searched.join(', ')})`);
        if (answer.credential !== undefined) return { credential: answer.credential, searched };
      }
      return { searched };
    },
  };
}

type AskHelper = (name: string, server: string) => ReturnType<typeof askHelper>;

async function searchFile(file: AuthFile, image: Image, ask: AskHelper): Promise<CredentialAnswer> {
  const searched: string[] = [];
  const tryEntry = (extent: 'path' | 'host'): CredentialAnswer => ({
    credential: findEntry(file, extent, image),
    searched: [...searched, 'found'],
  });
  const tryHelper = async ({ field, name }: NamedHelper): Promise<CredentialAnswer> => {
    for (const server of serversOf(file, image.registry)) {
      const credential = await ask(name, server);
      if (credential !== undefined) return { credential, searched: [...searched, `found by ${field} "${name}"`] };
    }
    searched.push(`${field} "${name}" has no entry`);
    return { searched };
  };
  const helpers = findHelpers(file, image.registry);
  const only = (field: NamedHelper['field']) => helpers.filter((helper) => helper.field === field).map((helper) => () => tryHelper(helper));

  for (const step of [...only('credHelpers'), () => tryEntry('path'), ...only('credsStore'), () => tryEntry('host')]) {
    const answer = await step();
    if (answer.credential !== undefined) return answer;
  }
  return { searched: [...searched, 'no entry'] };
}

/** Helpers are slow (a cloud's takes a second) and may prompt the user: each is asked once per registry. */
function rememberHelpers(env: NodeJS.ProcessEnv): AskHelper {
  const asked = new Map<string, ReturnType<typeof askHelper>>();
  return (name, server) => {
    const key = `${name} ${server}`;
    const answer = asked.get(key) ?? askHelper(name, server, { env });
    asked.set(key, answer);
    return answer;
  };
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => (result ??= read());
}

function listLocations({ env, homeFolder }: DockerConfigOptions): readonly CredentialLocation[] {
  const { DOCKER_AUTH_CONFIG: inline, REGISTRY_AUTH_FILE: authFile, XDG_RUNTIME_DIR: runtimeFolder } = env;
  const dockerFolder = env['DOCKER_CONFIG'] || join(homeFolder, '.docker');
  const configFolder = env['XDG_CONFIG_HOME'] || join(homeFolder, '.config');
  const files = [
    { name: 'REGISTRY_AUTH_FILE', path: authFile },
    { name: 'config.json', path: join(dockerFolder, 'config.json') },
    { name: 'auth.json', path: runtimeFolder && join(runtimeFolder, 'containers', 'auth.json') },
    { name: 'containers/auth.json', path: join(configFolder, 'containers', 'auth.json') },
  ];
  const inlineLocation = { name: 'DOCKER_AUTH_CONFIG', read: () => Promise.resolve(parseAuthFile(inline ?? '', 'DOCKER_AUTH_CONFIG')) };
  return [
    ...(inline ? [inlineLocation] : []),
    ...files.flatMap(({ name, path }) => (path ? [{ name, read: () => readAuthFile(path) }] : [])),
  ];
}

/** `undefined` if there is no such file. */
async function readAuthFile(path: string): Promise<AuthFile | undefined> {
  try {
    const bytes = await readSmallFile(path);
    return bytes === undefined ? undefined : parseAuthFile(bytes, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (isOciError(error, 'FILE_UNUSABLE'))
      throw new OciError('CREDENTIALS_INVALID', error.message, { hint: 'Make it a file that this user can read.', cause: error });
    if (code === 'EACCES' || code === 'EPERM') {
      throw new OciError('CREDENTIALS_INVALID', `Cannot read the credentials in ${path}: ${code}.`, {
        hint: 'Make it a file that this user can read.',
        cause: error,
      });
    }
    throw error;
  }
}
