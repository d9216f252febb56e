import { OciError } from '../errors/oci-error';
import { quote } from '../text/quote';

/*
 * The grammar of an image reference.
 *
 * The distribution-spec defines repository and tag; the rules for hosts, which it leaves open, are those of the reference
 * implementation that Docker, containerd and podman use.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests
 * @see https://github.com/distribution/reference/blob/v0.6.0/regexp.go
 */
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const REPOSITORY = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
// IPv6 zones and addresses with an embedded IPv4 part are left out on purpose, as in the reference implementation.
const REGISTRY_HOST = new RegExp(`^(?:${LABEL}(?:\\.${LABEL})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?$`);

/** Longest repository, in characters, registry not counted. */
export const MAX_REPOSITORY_LENGTH = 255;

/** Longest tag, in characters. */
export const MAX_TAG_LENGTH = 128;

export function isTag(text: string): boolean {
  return TAG.test(text);
}

/** Whether `text` is the path of a repository, as in `library/ubuntu`: no registry, no tag. */
export function isRepositoryName(text: string): boolean {
  return text.length <= MAX_REPOSITORY_LENGTH && REPOSITORY.test(text);
}

/** Whether `text` is `host[:port]`, the host a name, an IPv4 address or an IPv6 address in brackets. Case is free. */
export function isRegistryHost(text: string): boolean {
  return REGISTRY_HOST.test(text);
}

/**
 * Checks an untrusted tag.
 *
 * @throws OciError `TAG_INVALID`
 */
export function parseTag(text: string): string {
  if (isTag(text)) return text;
  throw new OciError('TAG_INVALID', `${quote(text)} is not a tag: ${explainTag(text)}.`, { hint: hintForTag(text) });
}

/**
 * Checks an untrusted repository path.
 *
 * @throws OciError `REFERENCE_INVALID`
 */
export function parseRepository(text: string): string {
  if (isRepositoryName(text)) return text;
  throw new OciError('REFERENCE_INVALID', `${quote(text)} is not a repository: ${explainRepository(text)}.`, {
    hint: hintForRepository(text),
  });
}

/** Why `text`, which is not a valid tag, is invalid; the end of a sentence. */
export function explainTag(text: string): string {
  if (text === '') return 'it is empty';
  if (text.length > MAX_TAG_LENGTH) return `it has ${text.length} characters, at most ${MAX_TAG_LENGTH} are allowed`;
  if (/^[.-]/.test(text)) return `it starts with "${text.slice(0, 1)}"`;
  return `it contains ${quote(/[^A-Za-z0-9_.-]/u.exec(text)?.[0] ?? text)}`;
}

export function hintForTag(text: string): string {
  const rule = `A tag is 1 to ${MAX_TAG_LENGTH} letters, digits, "_", "." and "-", and starts with a letter, a digit or "_".`;
  const mapped = text.replaceAll('+', '_');
  return mapped !== text && isTag(mapped) ? `Use ${quote(mapped)}: build metadata cannot keep its "+" in a tag. ${rule}` : rule;
}

/** Why `text`, which is not a valid repository, is invalid; the end of a sentence. */
export function explainRepository(text: string): string {
  if (text === '') return 'the name is empty';
  if (text.length > MAX_REPOSITORY_LENGTH) return `it has ${text.length} characters, at most ${MAX_REPOSITORY_LENGTH} are allowed`;
  if (/[A-Z]/.test(text)) return 'repository names must be lower-case';
  const component = text.split('/').find((part) => !isRepositoryName(part)) ?? text;
  if (component === '') return 'it starts or ends with "/", or contains "//"';
  const invalid = /[^a-z0-9._-]/u.exec(component)?.[0];
  if (invalid !== undefined) return `${quote(component)} contains ${quote(invalid)}`;
  if (/^[._-]|[._-]$/.test(component)) return `${quote(component)} starts or ends with a separator`;
  return `${quote(component)} contains an invalid sequence of separators`;
}

export function hintForRepository(text: string): string {
  const lower = text.toLowerCase();
  if (lower !== text && isRepositoryName(lower)) return `Write it as ${quote(lower)}.`;
  return 'Each part between slashes consists of lower-case letters and digits, joined by one ".", one or two "_", or any number of "-".';
}
