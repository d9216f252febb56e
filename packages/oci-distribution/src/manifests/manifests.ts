import {
  ACCEPTED_MANIFEST_TYPES,
  algorithmOf,
  type Descriptor,
  type Digest,
  digestOf,
  type EncodedManifest,
  isDigest,
  isManifestOrIndexType,
  MAX_READ_MANIFEST_BYTES,
  OciError,
  parseManifestOrIndex,
  readLimited,
  type TransferOptions,
} from '@nx-oci/model';

import { findAbsenceDoubt } from '../requests/doubt-absence';
import { manifestUrl } from '../host/endpoints';
import { failureOf, operate, fullNameOf, type RepositoryContext, sendFrom } from '../requests/repository-context';
import { describeConnectionFailure } from '../attempts/connection-failure';
import { headerOf, type RegistryAnswer } from '../transport/request';

const ACCEPT = ACCEPTED_MANIFEST_TYPES.join(', ');

/** The document that a tag or digest points at, verified; `undefined` if there is none. */
export async function fetchManifest(
  context: RepositoryContext,
  reference: string,
  options: TransferOptions = {},
): Promise<EncodedManifest | undefined> {
  return (await fetchManifestState(context, reference, options))?.manifest;
}

/** A document, and the registry's etag for this state of the reference. */
export interface ManifestState {
  readonly manifest: EncodedManifest;
  readonly etag: string | undefined;
}

/** The document, with an etag for a conditional write. */
export function fetchManifestState(
  context: RepositoryContext,
  reference: string,
  { signal }: TransferOptions = {},
): Promise<ManifestState | undefined> {
  const doing = `fetch ${nameOf(context, reference)}`;
  return operate(context, { doing, signal }, (either) => getManifest(context, reference, either));
}

/** `registry.example.com/team/api:1.4.0`, or with `@` before a digest. */
export function nameOf(context: RepositoryContext, reference: string): string {
  return `${fullNameOf(context)}${isDigest(reference) ? '@' : ':'}${reference}`;
}

interface ManifestRequest {
  readonly method: 'GET' | 'HEAD';
  readonly reference: string;
  readonly signal: AbortSignal | undefined;
}

/** One GET or HEAD of a manifest, with any status. */
export function requestManifest(context: RepositoryContext, { method, reference, signal }: ManifestRequest): Promise<RegistryAnswer> {
  const url = manifestUrl(context.host.origin, context.repository, reference);
  // Only here: Artifactory answers 406 to other requests with an Accept header.
  const headers = { accept: ACCEPT, 'accept-encoding': 'identity' };
  return sendFrom(context, { method, url, headers, action: 'pull', signal });
}

/** The descriptor in the headers of an answer; `undefined` if they are incomplete. */
export function describeAnswer(answer: RegistryAnswer, reference: string): Descriptor | undefined {
  const digest = headerOf(answer, 'docker-content-digest');
  const length = headerOf(answer, 'content-length') ?? '';
  const mediaType = mediaTypeOf(answer);
  if (!isDigest(digest) || !/^\d{1,15}$/.test(length) || !isManifestOrIndexType(mediaType)) return undefined;
  if (isDigest(reference)) assertSameDigest(answer, reference, digest);
  return { mediaType, digest: isDigest(reference) ? reference : digest, size: Number(length) };
}

async function getManifest(
  context: RepositoryContext,
  reference: string,
  signal: AbortSignal | undefined,
): Promise<ManifestState | undefined> {
  const answer = await requestManifest(context, { method: 'GET', reference, signal });
  if (answer.status === 404) {
    const doubt = await findAbsenceDoubt(context, answer);
    if (doubt?.isOtherServer === true) throw doubt.failure;
    return undefined;
  }
  if (answer.status !== 200) throw await failureOf(context, answer);
  return { manifest: await readManifest(answer, context, reference), etag: headerOf(answer, 'etag') };
}

/** The document of an answer, its digest checked. */
export async function readManifest(answer: RegistryAnswer, context: RepositoryContext, reference: string): Promise<EncodedManifest> {
  const bytes = await readBody(answer, nameOf(context, reference));
  const digest = digestOf(bytes, isDigest(reference) ? algorithmOf(reference) : 'sha256');
  const announced = isDigest(reference) ? reference : headerOf(answer, 'docker-content-digest');
  if (isDigest(announced)) assertSameDigest(answer, announced, digest);
  const type = mediaTypeOf(answer);
  // Some registries send everything as JSON; then the document decides. It must agree with any other type.
  const { mediaType } = parseManifestOrIndex(bytes, isManifestOrIndexType(type) ? type : undefined);
  return { descriptor: { mediaType, digest, size: bytes.byteLength }, bytes };
}

async function readBody({ body, url }: RegistryAnswer, name: string): Promise<Buffer> {
  try {
    return await readLimited(body, MAX_READ_MANIFEST_BYTES, `the manifest ${name}`);
  } catch (error) {
    throw describeConnectionFailure(error, url) ?? error;
  }
}

function assertSameDigest({ url }: RegistryAnswer, expected: Digest, actual: Digest): void {
  if (algorithmOf(expected) !== algorithmOf(actual) || expected === actual) return;
  throw new OciError('DIGEST_MISMATCH', `Cannot use the manifest of ${url.host}: expected ${expected}, received ${actual}.`, {
    hint: 'The registry or a proxy in between is broken or malicious: do not use this image.',
  });
}

/** The media type of an answer, without parameters and in lower case; `''` if there is none. */
export function mediaTypeOf(answer: RegistryAnswer): string {
  return (headerOf(answer, 'content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
