import { canonicalRegistry, DOCKER_HUB } from '../host/canonical-registry';

/** The key under which `docker login` stores Docker Hub's credentials. */
const DOCKER_HUB_KEY = 'https://index.docker.io/v1/';

/** The key that Docker uses for a registry. */
export function dockerKeyOf(registry: string): string {
  return registry === DOCKER_HUB ? DOCKER_HUB_KEY : registry;
}

/**
 * The keys of a file that stand for a registry: first the one that Docker uses, then other spellings, the plainest first.
 *
 * Docker and Podman accept all of these; of several, Docker uses any.
 *
 * @see https://github.com/docker/cli/blob/v28.2.2/cli/config/credentials/file_store.go
 */
export function keysOfHost(keys: readonly string[], registry: string): readonly string[] {
  const ranked = keys.map((key) => ({ key, rank: rankOf(key, registry) }));
  return ranked.filter(({ rank }) => rank !== NO_MATCH).sort((one, other) => one.rank - other.rank).map(({ key }) => key); // prettier-ignore
}

/** The keys for a part of a host, which Podman writes without a scheme: `quay.io/team`. */
export function keysOfPath(keys: readonly string[], path: string): readonly string[] {
  return keys.filter((key) => !key.includes('://') && joinPath(readKey(key)) === path).sort((one, other) => Number(other === path) - Number(one === path)); // prettier-ignore
}

const NO_MATCH = Infinity;

function rankOf(key: string, registry: string): number {
  if (key === dockerKeyOf(registry)) return 0;
  const { scheme, host, path } = readKey(key);
  const isOtherPort = withoutUsualPort(host, scheme) !== host;
  if (canonicalRegistry(withoutUsualPort(host, scheme)) !== withoutUsualPort(registry, '')) return NO_MATCH;
  // Docker Desktop's own tokens for Docker Hub, which do not work for the registry.
  if (path.length > 0 && /^(?:access|refresh)-token$/.test(path.at(-1) ?? '')) return NO_MATCH;
  const isApi = path.length === 1 && /^v[12]$/.test(path[0] ?? '');
  if (scheme === '' && path.length > 0 && !isApi) return NO_MATCH;
  const ofScheme = { '': 1, 'https://': 2, 'http://': 3 }[scheme] ?? NO_MATCH;
  const ofPath = path.length === 0 ? 0 : isApi ? 0.2 : 3;
  return ofScheme + ofPath + (isOtherPort ? 10 : 0);
}

interface Key {
  /** With the two slashes; empty if there is none. */
  readonly scheme: string;
  readonly host: string;
  readonly path: readonly string[];
}

function readKey(key: string): Key {
  const [, scheme = '', rest = ''] = /^(https?:\/\/)?(.*)$/s.exec(key) ?? [];
  const [host = '', ...path] = rest.split('/').filter((part) => part !== '');
  return { scheme, host, path };
}

function joinPath({ host, path }: Key): string {
  return [canonicalRegistry(host), ...path].join('/');
}

/** 443 is the default port, except with an explicit `http://`. */
function withoutUsualPort(host: string, scheme: string): string {
  return scheme === 'http://' ? host : host.replace(/:443$/, '');
}
