import { type PushOutcome } from '@nx-oci/model';

import { finishUploadUrl } from '../host/endpoints';
import { failureOf, type RepositoryContext, sendFrom } from '../requests/repository-context';
import { FailedAttempt, isDecline } from '../attempts/failed-attempt';
import { wasStored } from './was-stored';
import { confirmUpload } from './confirm-upload';
import { describeRangeMismatch, RefusedEnd, sendInChunks } from './send-in-chunks';
import { type Upload } from './upload';
import { cancelUpload, isSuccess, startUpload, type OpenUpload } from './upload-session';

// Proxies usually refuse more than 100 MB (Cloudflare) or 1 MiB (the default of nginx). S3-compatible storage accepts no parts
// of less than 5 MiB: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
const CHUNK_STEPS_BYTES = [5 * 1024 * 1024, 512 * 1024];

/** How to send a blob in a session. */
interface UploadMethod {
  /** Maximum size of one request. */
  readonly maxChunkBytes: number;
  /** Known from an earlier request or run, not found with this blob. */
  readonly isRemembered: boolean;
  readonly endsEmpty: boolean;
}

/**
 * Sends a blob in an open upload: as a whole, then in ever smaller chunks if that is too large for the registry or a proxy.
 * Cancels the session if everything fails.
 *
 * @throws FailedAttempt, OciError
 */
export async function sendInSession(context: RepositoryContext, upload: Upload, open: OpenUpload): Promise<PushOutcome> {
  const { capabilities } = context.host;
  const { chunkBytes = Infinity } = capabilities.all;
  return sendWith(context, upload, {
    ...open,
    method: { maxChunkBytes: chunkBytes, isRemembered: true, endsEmpty: capabilities.endsUploadsEmpty },
  });
}

async function sendWith(
  context: RepositoryContext,
  upload: Upload,
  { session, signal, method }: OpenUpload & { readonly method: UploadMethod },
): Promise<PushOutcome> {
  const { capabilities } = context.host;
  const { maxChunkBytes, endsEmpty } = method;
  const isWhole = maxChunkBytes >= upload.descriptor.size;
  try {
    await (isWhole
      ? sendWhole(context, upload, { session, signal })
      : sendInChunks(context, upload, { session, signal, maxChunkBytes, endsEmpty }));
    if (!isWhole) capabilities.learn({ chunkBytes: maxChunkBytes });
    if (!isWhole && endsEmpty) capabilities.recordEmptyEnd();
    return 'uploaded';
  } catch (error) {
    if (await wasStored(context, upload.descriptor, { error, signal })) return 'uploaded';
    await cancelUpload(context, session);
    const other =
      capabilities.maySupportChunks && error instanceof FailedAttempt ? fallbackMethod(error, method, upload.descriptor.size) : undefined;
    if (other === undefined) throw error;
    if (other.maxChunkBytes === Infinity) capabilities.learn({ chunkBytes: undefined });
    return sendWith(context, upload, { session: await startUpload(context, signal), signal, method: other });
  }
}

/** The method to try after a refusal. It always terminates: smaller chunks, then another end; as a whole only once. */
function fallbackMethod(error: FailedAttempt, method: UploadMethod, sizeBytes: number): UploadMethod | undefined {
  if (error.details.code === 'BODY_TOO_LARGE') {
    const maxChunkBytes = CHUNK_STEPS_BYTES.find((step) => step < Math.min(method.maxChunkBytes, sizeBytes));
    return maxChunkBytes === undefined ? undefined : { ...method, maxChunkBytes, isRemembered: false };
  }
  if (method.maxChunkBytes >= sizeBytes || !isDecline(error)) return undefined;
  if (error instanceof RefusedEnd && !method.endsEmpty) return { ...method, endsEmpty: true };
  return method.isRemembered ? { maxChunkBytes: Infinity, isRemembered: false, endsEmpty: false } : undefined;
}

async function sendWhole(context: RepositoryContext, { descriptor, open }: Upload, { session, signal }: OpenUpload): Promise<void> {
  const answer = await sendFrom(context, {
    method: 'PUT',
    url: finishUploadUrl(session.url, descriptor.digest),
    headers: { 'content-type': 'application/octet-stream' },
    body: { kind: 'stream', open, size: descriptor.size },
    action: 'push',
    isTransfer: true,
    signal,
    answerTimeoutMs: context.host.commitTimeoutMs,
  });
  if (isSuccess(answer)) return confirmUpload(context, descriptor, { answer, isInParts: false, signal });
  // A 416: the session already has content, so the next attempt opens another one.
  throw describeRangeMismatch(context, await failureOf(context, answer));
}
