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

import { doubtAbsence } from '../requests/doubt-absence';
import { manifestUrl } from '../host/endpoints';
import { failureOf, operate, placeOf, type RepositoryContext, sendFrom } from '../requests/repository-context';
import { describeConnectionFailure } from '../attempts/connection-failure';
import { headerOf, type RegistryAnswer } from '../transport/request';

const ACCEPT = ACCEPTED_MANIFEST_TYPES.join(', ');

/** The document that a tag or digest points at, verified; `undefined` where there is none. */
export async function fetchManifest(
  context: RepositoryContext,
  reference: string,
  options: TransferOptions = {},
): Promise<EncodedManifest | undefined> {
  return (await fetchManifestState(context, reference, options))?.manifest;
}

/** A document, and what the registry calls this state of the reference. */
export interface ManifestState {
  readonly manifest: EncodedManifest;
  readonly etag: string | undefined;
}

/** The document with what a later write can be made conditional upon. */
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
  return `${placeOf(context)}${isDigest(reference) ? '@' : ':'}${reference}`;
}

interface ManifestRequest {
  readonly method: 'GET' | 'HEAD';
  readonly reference: string;
  readonly signal: AbortSignal | undefined;
}

/** One GET or HEAD of a manifest, of whatever status. */
export function requestManifest(context: RepositoryContext, { method, reference, signal }: ManifestRequest): Promise<RegistryAnswer> {
  const url = manifestUrl(context.host.origin, context.repository, reference);
  // Artifactory answers 406 to an Accept header on anything else, so it is sent here only.
  const headers = { accept: ACCEPT, 'accept-encoding': 'identity' };
  return sendFrom(context, { method, url, headers, action: 'pull', signal });
}

/** What the headers of an answer say; `undefined` where they do not say all of it. */
export function describeAnswer(answer: RegistryAnswer, reference: string): Descriptor | undefined {
  const digest = headerOf(answer, 'docker-content-digest');
  const length = headerOf(answer, 'content-length') ?? '';
  const mediaType = mediaTypeOf(answer);
  if (!isDigest(digest) || !/^\d{1,15}$/.test(length) || !isManifestOrIndexType(mediaType)) return undefined;
  if (isDigest(reference)) refuseOtherDigest(answer, reference, digest);
  return { mediaType, digest: isDigest(reference) ? reference : digest, size: Number(length) };
}

async function getManifest(
  context: RepositoryContext,
  reference: string,
  signal: AbortSignal | undefined,
): Promise<ManifestState | undefined> {
  const answer = await requestManifest(context, { method: 'GET', reference, signal });
  if (answer.status === 404) {
    const doubt = await doubtAbsence(context, answer);
    if (doubt?.isElsewhere === true) throw doubt.failure;
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
  if (isDigest(announced)) refuseOtherDigest(answer, announced, digest);
  const type = mediaTypeOf(answer);
  // Some registries call everything JSON; the document then knows better. It must agree with any real type.
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

function refuseOtherDigest({ url }: RegistryAnswer, expected: Digest, actual: Digest): void {
  if (algorithmOf(expected) !== algorithmOf(actual) || expected === actual) return;
  throw new OciError('DIGEST_MISMATCH', `${url.host} answered with ${actual} where ${expected} was expected.`, {
    hint: 'The registry, or something between here and it, is broken or not to be trusted: do not use this image.',
  });
}

/** What the answer calls its document, without parameters and in small letters; `''` where it does not say. */
export function mediaTypeOf(answer: RegistryAnswer): string {
  return (headerOf(answer, 'content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
