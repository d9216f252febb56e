import {
  type Descriptor,
  type MountSource,
  OciError,
  type OpenContent,
  type PushOutcome,
  shortDigest,
  type TransferOptions,
} from '@nx-oci/model';

import { acceptDigest } from './accept-digest';
import { headBlob } from './blobs';
import { isSameCredential } from './credentials/credential';
import { finishUploadUrl, mountUrl, uploadsUrl } from './endpoints';
import { canonicalRegistry } from './canonical-registry';
import { failureOf, operate, placeOf, type RepositoryContext, sendFrom } from './repository-context';
import { FailedAttempt } from './transport/failed-attempt';
import { followLocation } from './transport/redirect';
import { dropBody, headerOf, type RegistryAnswer } from './transport/request';

/** A blob, where it is read from, and where the registry may already have it. */
export interface Upload {
  readonly descriptor: Descriptor;
  readonly open: OpenContent;
  /** A repository of the same host; the blob's own destination asks whether it is there and starts an upload in one request. */
  readonly from?: string;
}

// Some registries hash and move a large blob before they answer the last byte.
const COMMIT_TIMEOUT_MS = 300_000;

/**
 * Uploads a blob: one POST, one PUT with all of it. Chunks are never used on our own accord: ECR loses them,
 * Google's registry does not take them, GHCR refuses large ones.
 *
 * @throws OciError
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#post-then-put
 */
export function pushBlob(context: RepositoryContext, upload: Upload, { signal }: TransferOptions = {}): Promise<PushOutcome> {
  const doing = `push ${shortDigest(upload.descriptor.digest)} to ${placeOf(context)}`;
  return operate(context, { doing, signal }, async (either) => {
    const found = await findOrMount(context, upload, either);
    if (found === 'mounted' || found === 'present') return found;
    const session = found ?? (await startUpload(context, either));
    return sendBlob(context, upload, { session, signal: either });
  });
}

/** Where a mount may come from, if anywhere: the same host, with the same credential. */
export async function chooseMountSource(context: RepositoryContext, from: MountSource): Promise<string | undefined> {
  const { host, repository } = context;
  if (canonicalRegistry(from.registry) !== host.name) return undefined;
  if (from.repository === repository) return repository;
  // Credentials per path and mounts do not mix: https://github.com/osscontainertools/kaniko/issues/1002
  const [own, other] = await Promise.all([host.authorizer.credentialOf(repository), host.authorizer.credentialOf(from.repository)]);
  return isSameCredential(own, other) ? from.repository : undefined;
}

/** How the blob is there already, the upload session that was opened since it is not, or `undefined` for neither. */
async function findOrMount(
  context: RepositoryContext,
  upload: Upload,
  signal: AbortSignal | undefined,
): Promise<'mounted' | 'present' | URL | undefined> {
  const isOwn = upload.from === context.repository;
  if (isOwn && !context.host.facts.mayMount) return (await headBlob(context, upload.descriptor.digest, signal)) ? 'present' : undefined;
  const found = await tryMount(context, upload, signal);
  return isOwn && found === 'mounted' ? 'present' : found;
}

/** `mounted`, the upload session that was opened instead, or `undefined` where the registry wanted neither. */
async function tryMount(context: RepositoryContext, upload: Upload, signal: AbortSignal | undefined): Promise<'mounted' | URL | undefined> {
  const { descriptor, from } = upload;
  if (from === undefined) return undefined;
  const url = mountUrl(context.host.origin, context.repository, { digest: descriptor.digest, from });
  const alsoNeeded = [{ repository: from, actions: ['pull'] as const }];
  try {
    const answer = await sendFrom(context, { method: 'POST', url, action: 'push', alsoNeeded, signal });
    if (answer.status === 201) {
      await acceptDigest(answer, descriptor);
      context.assumed.add(upload);
      return 'mounted';
    }
    if (answer.status === 202) return await sessionOf(context, answer);
    throw await failureOf(context, answer);
  } catch (error) {
    // Whatever a registry (or its token service) has against the mount, it may have nothing against the upload.
    if (!(error instanceof FailedAttempt && isDecline(error))) throw error;
    // Of another repository it may only be that one which is out of reach.
    if (from === context.repository && isUnsupported(error)) context.host.facts.refuseMounts();
    return undefined;
  }
}

function isDecline({ details: { outcome } }: FailedAttempt): boolean {
  return outcome.kind === 'answer' && outcome.status >= 400 && outcome.status < 500 && outcome.status !== 429 && !outcome.isRateLimit;
}

function isUnsupported({ details: { outcome } }: FailedAttempt): boolean {
  return outcome.kind === 'answer' && [400, 404, 405].includes(outcome.status);
}

async function startUpload(context: RepositoryContext, signal: AbortSignal | undefined): Promise<URL> {
  const url = uploadsUrl(context.host.origin, context.repository);
  const answer = await sendFrom(context, { method: 'POST', url, action: 'push', signal });
  if (answer.status !== 202) throw await failureOf(context, answer);
  return sessionOf(context, answer);
}

async function sessionOf(context: RepositoryContext, answer: RegistryAnswer): Promise<URL> {
  const location = headerOf(answer, 'location');
  await dropBody(answer);
  if (location !== undefined) return followLocation(answer.url, location, context.host.rules);
  throw new OciError('REGISTRY_FAILED', `${context.host.name} opened an upload to ${placeOf(context)} without saying where (no Location).`);
}

interface Session {
  readonly session: URL;
  readonly signal: AbortSignal | undefined;
}

async function sendBlob(context: RepositoryContext, { descriptor, open }: Upload, { session, signal }: Session): Promise<PushOutcome> {
  try {
    const answer = await sendFrom(context, {
      method: 'PUT',
      url: finishUploadUrl(session, descriptor.digest),
      headers: { 'content-type': 'application/octet-stream' },
      body: { kind: 'stream', open, size: descriptor.size },
      action: 'push',
      signal,
      answerTimeoutMs: COMMIT_TIMEOUT_MS,
    });
    // 204 and 200 are seen in the wild; the digest decides.
    if (answer.status < 200 || answer.status > 204 || answer.status === 202) throw await failureOf(context, answer);
    await acceptDigest(answer, descriptor);
    return 'uploaded';
  } catch (error) {
    if (error instanceof FailedAttempt && (await arrivedAnyway(context, descriptor, { error, signal }))) return 'uploaded';
    await cancelUpload(context, session);
    throw error;
  }
}

/** A connection that breaks at the very end often leaves the blob behind: a HEAD is cheaper than sending it again. */
async function arrivedAnyway(
  context: RepositoryContext,
  { digest }: Descriptor,
  { error, signal }: { readonly error: FailedAttempt; readonly signal: AbortSignal | undefined },
): Promise<boolean> {
  const { outcome } = error.details;
  const isUncertain = outcome.kind === 'broken' ? outcome.phase === 'transfer' : outcome.status >= 500;
  if (!isUncertain || signal?.aborted) return false;
  try {
    return await headBlob(context, digest, signal);
  } catch (failed) {
    // The reason why the PUT failed is the one to be told, and to be judged by.
    if (failed instanceof FailedAttempt) return false;
    throw failed;
  }
}

const CANCEL_TIMEOUT_MS = 5000;

/** Best effort: a registry drops old sessions anyway, and many want a right for this that a push does not give. */
async function cancelUpload(context: RepositoryContext, session: URL): Promise<void> {
  try {
    // Not the operation's signal: that may be the reason why we are here.
    const signal = AbortSignal.timeout(CANCEL_TIMEOUT_MS);
    await dropBody(await sendFrom(context, { method: 'DELETE', url: session, action: 'push', signal }));
  } catch {
    // What went wrong with the upload itself is what the caller hears.
  }
}
