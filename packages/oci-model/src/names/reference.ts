import { isDigest, parseDigest, type Digest } from './digest';
import { isOciError, OciError } from '../errors/oci-error';
import { quote } from '../text/quote';
import { findAfterLogin } from '../secrets/hide-login';
import { explainRepository, explainTag, hintForRepository, hintForTag, isRegistryHost, isRepositoryName, isTag } from './reference-grammar';

/** An image in full: nothing is left to be guessed from short forms. With tag and digest, the digest decides. */
export interface ImageReference {
  /** `host[:port]`, its case kept; Docker Hub is `docker.io`. */
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

const DOCKER_HUB = 'docker.io';
// Names of Docker Hub from the time when it was called the Docker Index; Docker itself still writes it in places.
const LEGACY_DOCKER_HUB = 'index.docker.io';
const OFFICIAL_PREFIX = 'library/';
const IMAGE_ID = /^[a-f0-9]{64}$/;

const LOGIN_HINT = 'Write the image alone. Log in with `docker login`, or with `auth` for its registry in registries.yaml.';

/**
 * Parses what people write: `ubuntu`, `ghcr.io/org/app:1.2`, `[::1]:5000/app@sha256:…`.
 *
 * Gives the answers of Go's `reference.ParseNormalizedNamed`, which Docker, containerd and podman use; the default tag
 * `latest` is left to the caller. Where Go ends with an empty registry (`under_score.com/app`) this refuses: no client
 * could send it anywhere.
 *
 * @throws OciError `REFERENCE_INVALID`
 * @see https://github.com/distribution/reference/blob/v0.6.0/normalize.go
 */
export function parseReference(text: string): ImageReference {
  if (text === '') throw refuse(text, 'it is empty', 'Write an image such as "ghcr.io/org/app:1.2".');
  if (IMAGE_ID.test(text)) {
    throw refuse(text, '64 hexadecimal characters are the id of an image, not its name', 'Name the image, or write "name@sha256:<id>".');
  }
  if (findAfterLogin(text) !== undefined) throw refuse(text, 'it holds a login', LOGIN_HINT);
  const { registry, rest } = splitRegistry(text);
  const { repository, tag, digest } = splitRest(rest);
  if (!isRegistryHost(registry)) throw refuse(text, `${quote(registry)} is not a registry host`, hintForHost(registry));
  if (!isRepositoryName(repository)) throw refuse(text, explainRepository(repository), hintForPath({ registry, repository, tag }));
  if (tag !== undefined && !isTag(tag)) throw refuse(text, `the tag ${quote(tag)} is wrong: ${explainTag(tag)}`, hintForTag(tag));
  return { registry, repository, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest: checkDigest(text, digest) }) };
}

/** The full text, `docker.io/library/ubuntu:24.04`; `parseReference` gives the same reference again. */
export function formatReference(reference: ImageReference): string {
  return `${reference.registry}/${reference.repository}${formatTail(reference)}`;
}

/** The short form that Docker prints: `ubuntu:24.04` for `docker.io/library/ubuntu:24.04`. */
export function familiarName(reference: ImageReference): string {
  return `${familiarRepository(reference)}${formatTail(reference)}`;
}

function familiarRepository({ registry, repository }: ImageReference): string {
  if (registry !== DOCKER_HUB) return `${registry}/${repository}`;
  const official = repository.startsWith(OFFICIAL_PREFIX) ? repository.slice(OFFICIAL_PREFIX.length) : repository;
  return official.includes('/') ? repository : official;
}

function formatTail({ tag, digest }: ImageReference): string {
  return `${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** The part before the first slash is a registry only when it looks like one; a name without a slash never has one. */
function splitRegistry(text: string): { readonly registry: string; readonly rest: string } {
  const slash = text.indexOf('/');
  const first = slash === -1 ? '' : text.slice(0, slash);
  if (!looksLikeHost(first)) return { registry: DOCKER_HUB, rest: slash === -1 ? OFFICIAL_PREFIX + text : text };
  const registry = first === LEGACY_DOCKER_HUB ? DOCKER_HUB : first;
  const rest = text.slice(slash + 1);
  return { registry, rest: registry === DOCKER_HUB && !rest.includes('/') ? OFFICIAL_PREFIX + rest : rest };
}

// Capitals are never allowed in a repository, so a first part that has them can only be meant as a host.
function looksLikeHost(part: string): boolean {
  return part === 'localhost' || /[.:]/.test(part) || part.toLowerCase() !== part;
}

function splitRest(rest: string): { readonly repository: string; readonly tag?: string; readonly digest?: string } {
  const at = rest.indexOf('@');
  const named = at === -1 ? rest : rest.slice(0, at);
  const colon = named.indexOf(':');
  return {
    repository: colon === -1 ? named : named.slice(0, colon),
    tag: colon === -1 ? undefined : named.slice(colon + 1),
    digest: at === -1 ? undefined : rest.slice(at + 1),
  };
}

function checkDigest(text: string, digest: string): Digest {
  if (isDigest(digest)) return digest;
  try {
    return parseDigest(digest);
  } catch (error) {
    throw isOciError(error) ? refuse(text, error.message.replace(/\.$/, ''), error.hint) : error;
  }
}

/** A path that is right but for its capitals is shown as it should be, in the form in which it was probably written. */
function hintForPath(reference: ImageReference): string {
  const repository = reference.repository.toLowerCase();
  const isCapitalsOnly = repository !== reference.repository && isRepositoryName(repository);
  return isCapitalsOnly ? `Write ${quote(familiarName({ ...reference, repository }))}.` : hintForRepository(reference.repository);
}

function hintForHost(host: string): string {
  if (/^[a-z]+:$/i.test(host)) return `Leave "${host}//" away: an image reference is no URL.`;
  return host.includes('_')
    ? 'A host name cannot hold "_"; registries are reached by a name of letters, digits, "-" and ".".'
    : 'A registry is a host name or address with an optional port: "ghcr.io", "localhost:5000", "[::1]:5000".';
}

function refuse(text: string, reason: string, hint: string | undefined): OciError {
  return new OciError('REFERENCE_INVALID', `${quote(text)} is not an image reference: ${reason}.`, { hint });
}
