import { type Descriptor, type Digest, isDigest, isOciError, type Lookup, type TransferOptions } from '@nx-oci/model';

import { isBlindSpot } from '../blobs/blind-spot';
import { DOCKER_HUB } from '../host/canonical-registry';
import { doubtAbsence } from '../requests/doubt-absence';
import { describeAnswer, nameOf, readManifest, requestManifest } from './manifests';
import { failureOf, operate, type RepositoryContext } from '../requests/repository-context';
import { isUnlisted } from './tags';
import { dropBody, type RegistryAnswer } from '../transport/request';
import { isTransientStatus } from '../attempts/retry-policy';

const UNFIT_DOCUMENT = ['MANIFEST_INVALID', 'MEDIA_TYPE_UNSUPPORTED', 'BODY_TOO_LARGE'] as const;

/** What a tag points at, and the document itself where that was had in the same request. */
export interface InspectedTag {
  readonly descriptor: Descriptor;
  readonly bytes?: Uint8Array;
}

/**
 * What a tag or digest points at. That a tag does not exist is never taken from a HEAD: proxies answer it with 404 or 405 for
 * what they serve to a GET. A digest is asked for by HEAD, since content that seems to be missing is just sent again.
 *
 * @returns `unknown` at a push target where the registry lets us in but not look.
 */
export async function resolveManifest(context: RepositoryContext, reference: string, options: TransferOptions = {}): Promise<Lookup> {
  if (isDigest(reference)) return resolveDigest(context, reference, options);
  const found = await inspectTag(context, reference, options);
  return found === 'unknown' ? found : found?.descriptor;
}

/** Whether a manifest is stored, for those who act on its absence: a HEAD that denies it is confirmed by a GET. */
export async function isStored(context: RepositoryContext, digest: Digest, options: TransferOptions = {}): Promise<boolean | 'unknown'> {
  const found = await resolveDigest(context, digest, options);
  if (found !== undefined) return found === 'unknown' ? found : true;
  if (!context.host.facts.isHeadTrusted) return false;
  const inspected = await inspectTag(context, digest, options);
  return inspected === 'unknown' ? inspected : inspected !== undefined && distrustHead(context);
}

/**
 * What a tag points at, with its document, by one GET. At Docker Hub, which counts and limits GETs as pulls, by a HEAD where
 * that finds the tag: a GET that ends with 404 is not counted. Where the document is none that we would take, without it.
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
    if (context.host.name !== DOCKER_HUB || !context.host.facts.isHeadTrusted) return inspectByGet(context, tag, either);
    const { status, descriptor } = await head(context, tag, either);
    if (descriptor !== undefined) return { descriptor };
    const found = await inspectByGet(context, tag, either);
    if (status === 404 && found !== undefined && found !== 'unknown') distrustHead(context);
    return found;
  });
}

/** The host answered to a HEAD that something is missing, and gave it to a GET. */
function distrustHead({ host }: RepositoryContext): true {
  host.facts.distrustHead();
  return true;
}

function resolveDigest(context: RepositoryContext, digest: Digest, { signal }: TransferOptions): Promise<Lookup> {
  const doing = `look up ${nameOf(context, digest)}`;
  return operate(context, { doing, signal }, async (either) => {
    if (context.host.facts.isHeadTrusted) {
      const { status, descriptor } = await head(context, digest, either);
      if (descriptor !== undefined || status === 404) return descriptor;
    }
    // Without the headers that we need, or refused where GET may not be; and a refusal by GET says why.
    const found = await inspectByGet(context, digest, either);
    return found === 'unknown' ? found : found?.descriptor;
  });
}

interface Headed {
  readonly status: number;
  readonly descriptor?: Descriptor;
}

/** @throws FailedAttempt where the host is busy: asking it once more by GET would not help it. */
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
      const { descriptor } = UNFIT_DOCUMENT.some((code) => isOciError(error, code)) ? await head(context, reference, signal) : {};
      if (descriptor === undefined) throw error;
      return { descriptor };
    }
  }
  const failure = await failureOf(context, answer);
  if (isTransientStatus(answer.status)) throw failure;
  // What may not be read may perhaps be looked at: https://github.com/goharbor/harbor refuses what was not scanned.
  const { descriptor } = await head(context, reference, signal);
  if (descriptor !== undefined) return { descriptor };
  if (!(await isBlindSpot(context, answer))) throw failure;
  return !isDigest(reference) && (await isUnlisted(context, reference, signal)) ? undefined : 'unknown';
}

interface Missing {
  readonly answer: RegistryAnswer;
  readonly signal: AbortSignal | undefined;
}

/** A 404 that is not in the words of a registry is believed only where nothing else speaks against it. */
async function confirmAbsence(
  context: RepositoryContext,
  reference: string,
  { answer, signal }: Missing,
): Promise<InspectedTag | undefined | 'unknown'> {
  const doubt = await doubtAbsence(context, answer);
  if (doubt === undefined) return undefined;
  const { descriptor } = await head(context, reference, signal);
  if (descriptor !== undefined) return { descriptor };
  if (!doubt.isElsewhere) return undefined;
  if (!context.isPushTarget) throw doubt.failure;
  return !isDigest(reference) && (await isUnlisted(context, reference, signal)) ? undefined : 'unknown';
}
