import { type PushOutcome } from '@nx-oci/model';

import { finishUploadUrl } from '../host/endpoints';
import { failureOf, type RepositoryContext, sendFrom } from '../requests/repository-context';
import { FailedAttempt, isDecline } from '../attempts/failed-attempt';
import { arrivedAnyway } from './arrived-anyway';
import { confirmUpload } from './confirm-upload';
import { outOfStep, RefusedEnd, sendInChunks } from './send-in-chunks';
import { type Upload } from './upload';
import { cancelUpload, isSuccess, startUpload, type OpenUpload } from './upload-session';

// What proxies refuse is mostly more than 100 MB (Cloudflare) or 1 MiB (nginx, where nobody configured it). Storage of S3's kind
// takes no parts of less than 5 MiB: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
const CHUNK_STEPS_BYTES = [5 * 1024 * 1024, 512 * 1024];

/** One way to send a blob in a session. */
interface Manner {
  /** Of one request. */
  readonly atMostBytes: number;
  /** What an earlier request or run told about the host, not what this blob met. */
  readonly isRecalled: boolean;
  readonly endsEmpty: boolean;
}

/**
 * Sends a blob in an upload that is open: as a whole, and in ever smaller chunks where that is too much for whoever
 * stands there. The session is cancelled if nothing comes of it.
 *
 * @throws FailedAttempt, OciError
 */
export async function sendInSession(context: RepositoryContext, upload: Upload, open: OpenUpload): Promise<PushOutcome> {
  const { facts } = context.host;
  const { chunkBytes = Infinity } = facts.all;
  return sendBy(context, upload, { ...open, manner: { atMostBytes: chunkBytes, isRecalled: true, endsEmpty: facts.endsUploadsEmpty } });
}

async function sendBy(
  context: RepositoryContext,
  upload: Upload,
  { session, signal, manner }: OpenUpload & { readonly manner: Manner },
): Promise<PushOutcome> {
  const { facts } = context.host;
  const { atMostBytes, endsEmpty } = manner;
  const isWhole = atMostBytes >= upload.descriptor.size;
  try {
    await (isWhole
      ? sendWhole(context, upload, { session, signal })
      : sendInChunks(context, upload, { session, signal, atMostBytes, endsEmpty }));
    if (!isWhole) facts.learn({ chunkBytes: atMostBytes });
    if (!isWhole && endsEmpty) facts.noteEmptyEnd();
    return 'uploaded';
  } catch (error) {
    if (await arrivedAnyway(context, upload.descriptor, { error, signal })) return 'uploaded';
    await cancelUpload(context, session);
    const other = facts.mayTakeChunks && error instanceof FailedAttempt ? otherManner(error, manner, upload.descriptor.size) : undefined;
    if (other === undefined) throw error;
    if (other.atMostBytes === Infinity) facts.learn({ chunkBytes: undefined });
    return sendBy(context, upload, { session: await startUpload(context, signal), signal, manner: other });
  }
}

/** What is worth a try after a refusal. Each answer leads nearer to the end: smaller chunks, then another end; whole only once. */
function otherManner(error: FailedAttempt, manner: Manner, sizeBytes: number): Manner | undefined {
  if (error.details.code === 'BODY_TOO_LARGE') {
    const atMostBytes = CHUNK_STEPS_BYTES.find((step) => step < Math.min(manner.atMostBytes, sizeBytes));
    return atMostBytes === undefined ? undefined : { ...manner, atMostBytes, isRecalled: false };
  }
  if (manner.atMostBytes >= sizeBytes || !isDecline(error)) return undefined;
  if (error instanceof RefusedEnd && !manner.endsEmpty) return { ...manner, endsEmpty: true };
  return manner.isRecalled ? { atMostBytes: Infinity, isRecalled: false, endsEmpty: false } : undefined;
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
  // A 416 of a session that has something already: the next try opens another one.
  throw outOfStep(context, await failureOf(context, answer));
}
