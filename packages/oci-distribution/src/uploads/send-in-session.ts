import { type PushOutcome } from '@nx-oci/model';

import { acceptDigest } from '../accept-digest';
import { finishUploadUrl } from '../endpoints';
import { failureOf, type RepositoryContext, sendFrom } from '../repository-context';
import { FailedAttempt } from '../transport/failed-attempt';
import { arrivedAnyway } from './arrived-anyway';
import { outOfStep, sendInChunks } from './send-in-chunks';
import { type Upload } from './upload';
import { cancelUpload, COMMIT_TIMEOUT_MS, startUpload, type UploadSession } from './upload-session';

// What proxies refuse is mostly more than 100 MB (Cloudflare) or 1 MiB (nginx, where nobody configured it).
const CHUNK_STEPS_BYTES = [4 * 1024 * 1024, 512 * 1024];

export interface OpenUpload {
  readonly session: UploadSession;
  readonly signal: AbortSignal | undefined;
}

/**
 * Sends a blob in an upload that is open: as a whole, and in ever smaller chunks where that is too much for whoever
 * stands there. The session is cancelled if nothing comes of it.
 *
 * @throws FailedAttempt, OciError
 */
export async function sendInSession(context: RepositoryContext, upload: Upload, { session, signal }: OpenUpload): Promise<PushOutcome> {
  const { facts } = context.host;
  const { size } = upload.descriptor;
  return sendAtMost(context, upload, { session, signal, atMostBytes: Math.min(facts.all.chunkBytes ?? size, size) });
}

interface SizedUpload extends OpenUpload {
  /** Of one request. */
  readonly atMostBytes: number;
}

async function sendAtMost(context: RepositoryContext, upload: Upload, { session, signal, atMostBytes }: SizedUpload): Promise<PushOutcome> {
  const isWhole = atMostBytes >= upload.descriptor.size;
  try {
    await (isWhole ? sendWhole(context, upload, { session, signal }) : sendInChunks(context, upload, { session, signal, atMostBytes }));
    if (!isWhole) context.host.facts.learn({ chunkBytes: atMostBytes });
    return 'uploaded';
  } catch (error) {
    if (await arrivedAnyway(context, upload.descriptor, { error, signal })) return 'uploaded';
    await cancelUpload(context, session);
    const smaller = isTooLarge(error) ? CHUNK_STEPS_BYTES.find((step) => step < atMostBytes) : undefined;
    if (smaller === undefined || !context.host.facts.mayTakeChunks) throw error;
    return sendAtMost(context, upload, { session: await startUpload(context, signal), signal, atMostBytes: smaller });
  }
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
    answerTimeoutMs: COMMIT_TIMEOUT_MS,
  });
  // It has something in this session already: the next try opens another one.
  if (answer.status === 416) throw outOfStep(context);
  // 204 and 200 are seen in the wild; the digest decides.
  if (answer.status < 200 || answer.status > 204 || answer.status === 202) throw await failureOf(context, answer);
  await acceptDigest(answer, descriptor);
}

function isTooLarge(error: unknown): boolean {
  return error instanceof FailedAttempt && error.details.outcome.kind === 'answer' && error.details.outcome.status === 413;
}
