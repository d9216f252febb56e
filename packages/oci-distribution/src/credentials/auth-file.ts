import { knownSecrets } from '@nx-oci/model';

import { type Credential } from './credential';
import { invalidCredentials, objectOf, parseDockerConfig } from './parse-docker-config';
import { dockerKeyOf, keysOfHost, keysOfPath } from './server-spellings';

/** What a file of Docker or Podman says about logging in. Everything else in it is not ours. */
export interface AuthFile {
  /** By host or `host/path`, as it is written there. */
  readonly auths: Readonly<Record<string, AuthEntry>>;
  /** An empty name: no program is asked for this host. */
  readonly credHelpers: Readonly<Record<string, string>>;
  readonly credsStore: string | undefined;
  /** For messages. */
  readonly where: string;
}

type AuthEntry = Readonly<Record<string, unknown>>;

/**
 * Reads what `config.json`, `auth.json` or `DOCKER_AUTH_CONFIG` says about logging in.
 *
 * @param where the file or variable, for the message. Nothing of its content is ever quoted: it holds passwords.
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
  if (typeof credsStore !== 'string') throw invalidCredentials(where, 'its "credsStore" is not a text');
  if (!helpers.every((pair): pair is readonly [string, string] => typeof pair[1] === 'string')) {
    throw invalidCredentials(where, 'its "credHelpers" are not all texts');
  }
  return {
    auths: Object.fromEntries(entries),
    credHelpers: Object.fromEntries(helpers),
    credsStore: credsStore === '' ? undefined : credsStore,
    where,
  };
}

/** Also of hosts that nobody asks for: a program that is given the file may print it. */
function hideEntry({ auth, username, password, identitytoken, registrytoken }: AuthEntry): void {
  const secrets = knownSecrets();
  for (const secret of [auth, password, identitytoken, registrytoken].filter(isText)) secrets.add(secret);
  if (isText(username) && isText(password)) secrets.addLogin({ username, password });
  if (isText(auth)) secrets.addLogin(splitPair(auth));
}

/** A program that keeps credentials, and the setting that names it. */
export interface NamedHelper {
  readonly field: 'credHelpers' | 'credsStore';
  readonly name: string;
}

/** The programs to ask about a registry. An empty name in `credHelpers` says: none, not even `credsStore`. */
export function findHelpers({ credHelpers, credsStore }: AuthFile, registry: string): readonly NamedHelper[] {
  const [key] = keysOfHost(Object.keys(credHelpers), registry);
  const own = key === undefined ? undefined : (credHelpers[key] ?? '');
  if (own === '') return [];
  return [
    ...(own === undefined ? [] : [{ field: 'credHelpers' as const, name: own }]),
    ...(credsStore === undefined ? [] : [{ field: 'credsStore' as const, name: credsStore }]),
  ];
}

/** The names under which a program may keep a registry: the one that Docker asks for, and those that the file marks. */
export function serversOf({ auths }: AuthFile, registry: string): readonly string[] {
  return [...new Set([dockerKeyOf(registry), ...keysOfHost(Object.keys(auths), registry)])];
}

/** Which entries to look at: those for a part of the host, or those for the whole of it. */
export type Extent = 'path' | 'host';

/**
 * The entry of a registry: of the longest path that leads to the repository, or of the host.
 * An empty entry is only Docker's note that a helper knows more, and counts as none.
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
  const keys = extent === 'host' ? keysOfHost(all, registry) : pathsOf(registry, repository).flatMap((place) => keysOfPath(all, place));
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

/** The name is empty where it is no pair. */
function splitPair(auth: string): Pair {
  // Node takes base64 with or without padding; old Dockers padded the password with zero bytes.
  const text = Buffer.from(auth, 'base64')
    .toString('utf8')
    .replace(/(?<!\0)\0+$/, '');
  const colon = text.indexOf(':');
  return { username: text.slice(0, Math.max(colon, 0)), password: text.slice(colon + 1) };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
