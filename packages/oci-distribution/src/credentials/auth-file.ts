import { knownSecrets, OciError } from '@nx-oci/model';

import { canonicalRegistry } from '../canonical-registry';
import { type Credential } from './credential';

/** What a file of Docker or Podman says about logging in. Everything else in it is not ours. */
export interface AuthFile {
  /** By host or `host/path`, as it is written there. */
  readonly auths: Readonly<Record<string, AuthEntry>>;
  readonly credHelpers: Readonly<Record<string, string>>;
  readonly credsStore: string | undefined;
}

type AuthEntry = Readonly<Record<string, unknown>>;

/**
 * Reads the JSON of `config.json`, `auth.json` or `DOCKER_AUTH_CONFIG`.
 *
 * @param where the file or variable, for the message. Nothing of its content is ever quoted: it holds passwords.
 * @throws OciError `CREDENTIALS_INVALID`
 */
export function parseAuthFile(text: string, where: string): AuthFile {
  const document = objectOf(parseJson(text, where));
  if (document === undefined) throw invalid(where, 'it is not a JSON object');
  const { auths, credHelpers, credsStore } = document;
  const entries = Object.entries(objectOf(auths) ?? {}).map(([key, entry]) => [key, objectOf(entry) ?? {}] as const);
  const helpers = Object.entries(objectOf(credHelpers) ?? {}).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  for (const [, entry] of entries) hideEntry(entry);
  return {
    auths: Object.fromEntries(entries),
    credHelpers: Object.fromEntries(helpers),
    credsStore: typeof credsStore === 'string' && credsStore !== '' ? credsStore : undefined,
  };
}

/** Also of hosts that nobody asks for: a program that is given the file may print it. */
function hideEntry({ auth, username, password, identitytoken, registrytoken }: AuthEntry): void {
  const secrets = knownSecrets();
  for (const secret of [auth, password, identitytoken, registrytoken].filter(isText)) secrets.add(secret);
  if (isText(username) && isText(password)) secrets.addLogin({ username, password });
  if (isText(auth)) secrets.addLogin(splitPair(auth));
}

/** The program that keeps the credentials of a registry, if the file names one for it. */
export function findHelper({ credHelpers }: AuthFile, registry: string): string | undefined {
  const key = Object.keys(credHelpers).find((one) => normalizeKey(one) === registry);
  return key === undefined ? undefined : credHelpers[key];
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
  file: AuthFile,
  extent: Extent,
  image: { readonly registry: string; readonly repository: string },
): Credential | undefined {
  const { registry, repository } = image;
  const wanted = extent === 'host' ? [registry] : pathsOf(registry, repository);
  for (const place of wanted) {
    const key = Object.keys(file.auths).find((one) => normalizeKey(one) === place);
    const credential = key === undefined ? undefined : readEntry(file.auths[key] ?? {}, place);
    if (credential !== undefined) return credential;
  }
  return undefined;
}

// quay.io/a/b/c, quay.io/a/b, quay.io/a: see containers-auth.json(5)
function pathsOf(registry: string, repository: string): readonly string[] {
  const parts = repository.split('/');
  return parts.map((_, index) => `${registry}/${parts.slice(0, parts.length - index).join('/')}`);
}

/**
 * `https://index.docker.io/v1/` and other old forms, as a host or `host/path`. A key with a scheme is always for the
 * whole host; the paths /v1/ and /v2/ are those of the API.
 */
function normalizeKey(key: string): string {
  const [, scheme, rest = ''] = /^(https?:\/\/)?(.*)$/s.exec(key) ?? [];
  const [host = '', ...path] = rest.split('/').filter((part) => part !== '');
  const isWholeHost = scheme !== undefined || path.length === 0 || (path.length === 1 && /^v[12]$/.test(path[0] ?? ''));
  return [canonicalRegistry(host), ...(isWholeHost ? [] : path)].join('/');
}

function readEntry(entry: AuthEntry, place: string): Credential | undefined {
  const pair = readPair(entry, place);
  const { identitytoken, registrytoken } = entry;
  if (isText(registrytoken)) return { kind: 'registry-token', token: registrytoken };
  if (isText(identitytoken)) return { kind: 'identity-token', token: identitytoken, username: pair?.username };
  return pair === undefined || pair.password === '' ? undefined : { kind: 'basic', ...pair };
}

interface Pair {
  readonly username: string;
  readonly password: string;
}

function readPair({ auth, username, password }: AuthEntry, place: string): Pair | undefined {
  if (!isText(auth)) return isText(username) && isText(password) ? { username, password } : undefined;
  const pair = splitPair(auth);
  if (pair.username !== '') return pair;
  throw invalid(`the entry for ${place}`, 'its "auth" is not base64 of "user:password"');
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

function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : undefined;
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Node's message quotes the text around the mistake, which may be a password: it is dropped.
    throw invalid(where, 'it is not JSON');
  }
}

function invalid(where: string, reason: string): OciError {
  return new OciError('CREDENTIALS_INVALID', `Cannot read the credentials in ${where}: ${reason}.`, {
    hint: 'Correct or remove it, then log in again with `docker login` or `podman login`.',
  });
}
