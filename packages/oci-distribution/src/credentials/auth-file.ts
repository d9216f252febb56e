import { knownSecrets } from '@nx-oci/model';

import { type Credential } from './credential';
import { invalidCredentials, objectOf, parseDockerConfig } from './parse-docker-config';
import { dockerKeyOf, keysOfHost, keysOfPath } from './registry-keys';

/** The login part of a configuration file of Docker or Podman. */
export interface AuthFile {
  /** By host or `host/path`, as written in the file. */
  readonly auths: Readonly<Record<string, AuthEntry>>;
  /** An empty name: no helper is asked for this host. */
  readonly credHelpers: Readonly<Record<string, string>>;
  readonly credsStore: string | undefined;
  /** For messages. */
  readonly where: string;
}

type AuthEntry = Readonly<Record<string, unknown>>;

/**
 * Reads the login part of `config.json`, `auth.json` or `DOCKER_AUTH_CONFIG`.
 *
 * @param where the file or variable, for the message. Its content is never quoted: it contains passwords.
 * @throws OciError `CREDENTIALS_INVALID`
 */
export function parseAuthFile(content: Uint8Array | string, where: string): AuthFile {
  const document = parseDockerConfig(typeof content === 'string' ? Buffer.from(content) : content, where);
  const section = (name: 'auths' | 'credHelpers'): Readonly<Record<string, unknown>> => {
    const value = document[name] ?? {};
    const read = objectOf(value);
    if (read === undefined) throw invalidCredentials(where, `its "${name}" is not an object`);
    return read;
  };
  const entries = Object.entries(section('auths')).map(([key, entry]) => [key, objectOf(entry) ?? {}] as const);
  for (const [, entry] of entries) hideEntry(entry);
  const helpers = Object.entries(section('credHelpers')).map(([key, name]) => [key, name ?? ''] as const);
  const credsStore = document['credsStore'] ?? '';
  if (typeof credsStore !== 'string') throw invalidCredentials(where, 'its "credsStore" is not a string');
  if (!helpers.every((pair): pair is readonly [string, string] => typeof pair[1] === 'string')) {
    throw invalidCredentials(where, 'its "credHelpers" are not all strings');
  }
  return {
    auths: Object.fromEntries(entries),
    credHelpers: Object.fromEntries(helpers),
    credsStore: credsStore === '' ? undefined : credsStore,
    where,
  };
}

/** Also for hosts that are not used: a program that reads the file may print it. */
function hideEntry({ auth, username, password, identitytoken, registrytoken }: AuthEntry): void {
  const secrets = knownSecrets();
  for (const secret of [auth, password, identitytoken, registrytoken].filter(isText)) secrets.add(secret);
  if (isText(username) && isText(password)) secrets.addLogin({ username, password });
  if (isText(auth)) secrets.addLogin(splitPair(auth));
}

/** A credential helper, and the setting that names it. */
export interface NamedHelper {
  readonly field: 'credHelpers' | 'credsStore';
  readonly name: string;
}

/** The helpers to ask about a registry. An empty name in `credHelpers` means none, not even `credsStore`. */
export function findHelpers({ credHelpers, credsStore }: AuthFile, registry: string): readonly NamedHelper[] {
  const [key] = keysOfHost(Object.keys(credHelpers), registry);
  const own = key === undefined ? undefined : (credHelpers[key] ?? '');
  if (own === '') return [];
  return [
    ...(own === undefined ? [] : [{ field: 'credHelpers' as const, name: own }]),
    ...(credsStore === undefined ? [] : [{ field: 'credsStore' as const, name: credsStore }]),
  ];
}

/** The keys under which a helper may store a registry: the one that Docker uses, and those in the file. */
export function serversOf({ auths }: AuthFile, registry: string): readonly string[] {
  return [...new Set([dockerKeyOf(registry), ...keysOfHost(Object.keys(auths), registry)])];
}

/** Which entries to search: those for a part of the host, or those for the whole host. */
export type Extent = 'path' | 'host';

/**
 * The entry of a registry: for the longest path that contains the repository, or for the host.
 * An empty entry only says that a helper has the credentials, and counts as none.
 *
 * @throws OciError `CREDENTIALS_INVALID`
 */
export function findEntry(
  { auths, where }: AuthFile,
  extent: Extent,
  image: { readonly registry: string; readonly repository: string },
): Credential | undefined {
  const { registry, repository } = image;
  const all = Object.keys(auths);
  const keys = extent === 'host' ? keysOfHost(all, registry) : pathsOf(registry, repository).flatMap((path) => keysOfPath(all, path));
  for (const key of keys) {
    const credential = readEntry(auths[key] ?? {}, `the entry for ${registry} of ${where}`);
    if (credential !== undefined) return credential;
  }
  return undefined;
}

// quay.io/a/b/c, quay.io/a/b, quay.io/a: see containers-auth.json(5)
function pathsOf(registry: string, repository: string): readonly string[] {
  const parts = repository.split('/');
  return parts.map((_, index) => `${registry}/${parts.slice(0, parts.length - index).join('/')}`);
}

function readEntry(entry: AuthEntry, where: string): Credential | undefined {
  const pair = readPair(entry, where);
  const { identitytoken, registrytoken } = entry;
  if (isText(registrytoken)) return { kind: 'registry-token', token: registrytoken };
  if (isText(identitytoken)) return { kind: 'identity-token', token: identitytoken, username: pair?.username };
  return pair && { kind: 'basic', ...pair };
}

interface Pair {
  readonly username: string;
  readonly password: string;
}

function readPair({ auth, username, password }: AuthEntry, where: string): Pair | undefined {
  if (!isText(auth)) return isText(username) && typeof password === 'string' ? { username, password } : undefined;
  const pair = splitPair(auth);
  if (pair.username !== '') return pair;
  throw invalidCredentials(where, 'its "auth" is not base64 of "user:password"');
}

/** The username is empty if it is not a pair. */
function splitPair(auth: string): Pair {
  // Node accepts base64 with or without padding; old versions of Docker padded the password with zero bytes.
  const text = Buffer.from(auth, 'base64')
    .toString('utf8')
    .replace(/(?<!\0)\0+$/, '');
  const colon = text.indexOf(':');
  return { username: text.slice(0, Math.max(colon, 0)), password: text.slice(colon + 1) };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
