import { type Descriptor, type Digest, isDigest, isOciError, type Lookup, type TransferOptions } from '@nx-oci/model';

import { canPushButNotPull } from '../blobs/can-push-but-not-pull';
import { DOCKER_HUB } from '../host/canonical-registry';
import { findAbsenceDoubt } from '../requests/doubt-absence';
import { describeAnswer, nameOf, readManifest, requestManifest } from './manifests';
import { failureOf, operate, type RepositoryContext } from '../requests/repository-context';
import { isMissingFromTagList } from './tags';
import { dropBody, type RegistryAnswer } from '../transport/request';
import { isTransientStatus } from '../attempts/retry-policy';

const UNUSABLE_DOCUMENT = ['MANIFEST_INVALID', 'MEDIA_TYPE_UNSUPPORTED', 'BODY_TOO_LARGE'] as const;

/** What a tag points at, and the document itself if the same request returned it. */
export interface InspectedTag {
  readonly descriptor: Descriptor;
  readonly bytes?: Uint8Array;
}

/**
 * What a tag or digest points at. A HEAD is never proof that a tag does not exist: some proxies answer it with 404 or 405 for
 * content that they serve to a GET. For a digest a HEAD is enough, since content that seems missing is just sent again.
 *
 * @returns `unknown` for a push target that we may write but not read.
 */
export async function resolveManifest(context: RepositoryContext, reference: string, options: TransferOptions = {}): Promise<Lookup> {
  if (isDigest(reference)) return resolveDigest(context, reference, options);
  const found = await inspectTag(context, reference, options);
  return found === 'unknown' ? found : found?.descriptor;
}

/** Whether a manifest is stored. For callers that act on its absence: a GET confirms a negative HEAD. */
export async function isStored(context: RepositoryContext, digest: Digest, options: TransferOptions = {}): Promise<boolean | 'unknown'> {
  const found = await resolveDigest(context, digest, options);
  if (found !== undefined) return found === 'unknown' ? found : true;
  if (!context.host.capabilities.isHeadTrusted) return false;
  const inspected = await inspectTag(context, digest, options);
  return inspected === 'unknown' ? inspected : inspected !== undefined && distrustHead(context);
}

/**
 * What a tag points at, with its document, by one GET. At Docker Hub, which counts and limits GETs as pulls, by a HEAD if the
 * tag exists (a GET that ends with 404 is not counted). Without the document if we would not accept it.
 *
 * @returns `unknown` as `resolveManifest` does.
 */
export async function inspectTag(
  context: RepositoryContext,
  tag: string,
  { signal }: TransferOptions = {},
): Promise<InspectedTag | undefined | 'unknown'> {
  const doing = `look up ${nameOf(context, tag)}`;
  return operate(context, { doing, signal }, async (either) => {
    if (context.host.name !== DOCKER_HUB || !context.host.capabilities.isHeadTrusted) return inspectByGet(context, tag, either);
    const { status, descriptor } = await head(context, tag, either);
    if (descriptor !== undefined) return { descriptor };
    const found = await inspectByGet(context, tag, either);
    if (status === 404 && found !== undefined && found !== 'unknown') distrustHead(context);
    return found;
  });
}

/** The host answered a HEAD with 404 for content that it serves to a GET. */
function distrustHead({ host }: RepositoryContext): true {
  host.capabilities.distrustHead();
  return true;
}

function resolveDigest(context: RepositoryContext, digest: Digest, { signal }: TransferOptions): Promise<Lookup> {
  const doing = `look up ${nameOf(context, digest)}`;
  return operate(context, { doing, signal }, async (either) => {
    if (context.host.capabilities.isHeadTrusted) {
      const { status, descriptor } = await head(context, digest, either);
      if (descriptor !== undefined || status === 404) return descriptor;
    }
    // The HEAD lacks headers, or was refused where a GET may not be; and a refused GET says why.
    const found = await inspectByGet(context, digest, either);
    return found === 'unknown' ? found : found?.descriptor;
  });
}

interface Headed {
  readonly status: number;
  readonly descriptor?: Descriptor;
}

/** @throws FailedAttempt if the host is overloaded: another GET would not help. */
async function head(context: RepositoryContext, reference: string, signal: AbortSignal | undefined): Promise<Headed> {
  const answer = await requestManifest(context, { method: 'HEAD', reference, signal });
  const { status } = answer;
  if (isTransientStatus(status)) throw await failureOf(context, answer);
  const descriptor = status === 200 ? describeAnswer(answer, reference) : undefined;
  await dropBody(answer);
  return { status, descriptor };
}

async function inspectByGet(
  context: RepositoryContext,
  reference: string,
  signal: AbortSignal | undefined,
): Promise<InspectedTag | undefined | 'unknown'> {
  const answer = await requestManifest(context, { method: 'GET', reference, signal });
  if (answer.status === 404) return confirmAbsence(context, reference, { answer, signal });
  if (answer.status === 200) {
    try {
      return await readManifest(answer, context, reference);
    } catch (error) {
      const { descriptor } = UNUSABLE_DOCUMENT.some((code) => isOciError(error, code)) ? await head(context, reference, signal) : {};
      if (descriptor === undefined) throw error;
      return { descriptor };
    }
  }
  const failure = await failureOf(context, answer);
  if (isTransientStatus(answer.status)) throw failure;
  // A HEAD may succeed where a GET is refused: https://github.com/goharbor/harbor refuses to serve images that were not scanned.
  const { descriptor } = await head(context, reference, signal);
  if (descriptor !== undefined) return { descriptor };
  if (!(await canPushButNotPull(context, answer))) throw failure;
  return !isDigest(reference) && (await isMissingFromTagList(context, reference, signal)) ? undefined : 'unknown';
}

interface Missing {
  readonly answer: RegistryAnswer;
  readonly signal: AbortSignal | undefined;
}

/** A 404 without a registry's error code is accepted only if a HEAD confirms it. */
async function confirmAbsence(
  context: RepositoryContext,
  reference: string,
  { answer, signal }: Missing,
): Promise<InspectedTag | undefined | 'unknown'> {
  const doubt = await findAbsenceDoubt(context, answer);
  if (doubt === undefined) return undefined;
  const { descriptor } = await head(context, reference, signal);
  if (descriptor !== undefined) return { descriptor };
  if (!doubt.isOtherServer) return undefined;
  if (!context.isPushTarget) throw doubt.failure;
  return !isDigest(reference) && (await isMissingFromTagList(context, reference, signal)) ? undefined : 'unknown';
}
