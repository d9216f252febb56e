import { isDigest, parseDigest, type Digest } from './digest';
import { isOciError, OciError } from '../errors/oci-error';
import { quote } from '../text/quote';
import { findAfterLogin } from '../secrets/hide-login';
import { explainRepository, explainTag, hintForRepository, hintForTag, isRegistryHost, isRepositoryName, isTag } from './reference-grammar';

/** A complete image reference, without short forms. If it has both a tag and a digest, the digest decides. */
export interface ImageReference {
  /** `host[:port]`, its case kept; Docker Hub is `docker.io`. */
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: Digest;
}

const DOCKER_HUB = 'docker.io';
// The name of Docker Hub when it was still called the Docker Index; Docker still writes it in some files.
const LEGACY_DOCKER_HUB = 'index.docker.io';
const OFFICIAL_PREFIX = 'library/';
const IMAGE_ID = /^[a-f0-9]{64}$/;

const LOGIN_HINT = 'Remove the login from the reference. Log in with `docker login`, or set `auth` for the registry.';

/**
 * Parses what people write: `ubuntu`, `ghcr.io/org/app:1.2`, `[::1]:5000/app@sha256:…`.
 *
 * Agrees with Go's `reference.ParseNormalizedNamed`, which Docker, containerd and podman use; it does not add the default
 * tag `latest`. Where Go returns an empty registry (`under_score.com/app`), this function throws: no client could use it.
 *
 * @throws OciError `REFERENCE_INVALID`
 * @see https://github.com/distribution/reference/blob/v0.6.0/normalize.go
 */
export function parseReference(text: string): ImageReference {
  if (text === '') throw refuse(text, 'it is empty', 'Write an image such as "ghcr.io/org/app:1.2".');
  if (IMAGE_ID.test(text)) {
    throw refuse(text, '64 hexadecimal characters are an image id, not a name', 'Name the image, or write "name@sha256:<id>".');
  }
  if (findAfterLogin(text) !== undefined) throw refuse(text, 'it contains a login', LOGIN_HINT);
  const { registry, rest } = splitRegistry(text);
  const { repository, tag, digest } = splitRest(rest);
  if (!isRegistryHost(registry)) throw refuse(text, `${quote(registry)} is not a registry host`, hintForHost(registry));
  if (!isRepositoryName(repository)) throw refuse(text, explainRepository(repository), hintForPath({ registry, repository, tag }));
  if (tag !== undefined && !isTag(tag)) throw refuse(text, `the tag ${quote(tag)} is invalid: ${explainTag(tag)}`, hintForTag(tag));
  return { registry, repository, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest: checkDigest(text, digest) }) };
}

/** The full form, `docker.io/library/ubuntu:24.04`; `parseReference` reads it back as the same reference. */
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

/** The part before the first slash is a registry only if it looks like a host; a name without a slash has no registry. */
function splitRegistry(text: string): { readonly registry: string; readonly rest: string } {
  const slash = text.indexOf('/');
  const first = slash === -1 ? '' : text.slice(0, slash);
  if (!looksLikeHost(first)) return { registry: DOCKER_HUB, rest: slash === -1 ? OFFICIAL_PREFIX + text : text };
  const registry = first === LEGACY_DOCKER_HUB ? DOCKER_HUB : first;
  const rest = text.slice(slash + 1);
  return { registry, rest: registry === DOCKER_HUB && !rest.includes('/') ? OFFICIAL_PREFIX + rest : rest };
}

// A repository never contains capitals, so a first part with capitals must be a host.
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

/** If only the capitals are wrong, the hint shows the corrected reference in its short form. */
function hintForPath(reference: ImageReference): string {
  const repository = reference.repository.toLowerCase();
  const isCapitalsOnly = repository !== reference.repository && isRepositoryName(repository);
  return isCapitalsOnly ? `Write ${quote(familiarName({ ...reference, repository }))}.` : hintForRepository(reference.repository);
}

function hintForHost(host: string): string {
  if (/^[a-z]+:$/i.test(host)) return `Remove "${host}//": an image reference is not a URL.`;
  return host.includes('_')
    ? 'A host name cannot contain "_"; it consists of letters, digits, "-" and ".".'
    : 'Write a registry as host name or address with an optional port: "ghcr.io", "localhost:5000", "[::1]:5000".';
}

function refuse(text: string, reason: string, hint: string | undefined): OciError {
  return new OciError('REFERENCE_INVALID', `${quote(text)} is not an image reference: ${reason}.`, { hint });
}
