import { type Descriptor } from '@nx-oci/model';

import { acceptDigest } from '../requests/accept-digest';
import { blobUrl } from '../host/endpoints';
import { failureOf, type RepositoryContext, sendFrom } from '../requests/repository-context';
import { FailedAttempt } from '../attempts/failed-attempt';
import { dropBody, headerOf, type RegistryAnswer } from '../transport/request';
import { isSuccess } from './upload-session';

/** The answer to the request that ends an upload. */
export interface UploadEnd {
  readonly answer: RegistryAnswer;
  /** Sent in chunks, so that a part may be missing: only a digest from the registry, or the stored blob, proves otherwise. */
  readonly isInParts: boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * Verifies that a blob is stored: any success counts, and the digest decides. If the registry does not send it, blobs that
 * were sent in chunks, and those that were only accepted (202), are checked by a HEAD.
 *
 * @throws FailedAttempt, OciError `DIGEST_MISMATCH`
 */
export async function confirmUpload(
  context: RepositoryContext,
  descriptor: Descriptor,
  { answer, isInParts, signal }: UploadEnd,
): Promise<void> {
  if (!isSuccess(answer)) throw await failureOf(context, answer);
  const isNamed = headerOf(answer, 'docker-content-digest') !== undefined;
  await acceptDigest(answer, descriptor);
  if (isNamed || (!isInParts && answer.status !== 202)) return;
  await checkStoredBlob(context, descriptor, signal);
}

async function checkStoredBlob(context: RepositoryContext, { digest, size }: Descriptor, signal: AbortSignal | undefined): Promise<void> {
  const url = blobUrl(context.host.origin, context.repository, digest);
  const answer = await sendFrom(context, { method: 'HEAD', url, action: 'push', signal });
  const length = headerOf(answer, 'content-length');
  if (answer.status === 404) {
    await dropBody(answer);
    throw notStored(`${context.host.name} accepted it but does not have it`);
  }
  await dropBody(answer);
  // Without read access we rely on the answer to the upload.
  if (answer.status !== 200 || length === undefined || Number(length) === size) return;
  throw notStored(`${context.host.name} received ${size} bytes but stored ${length}`);
}

function notStored(happened: string): FailedAttempt {
  return new FailedAttempt({
    outcome: { kind: 'broken', phase: 'permanent' },
    code: 'SIZE_MISMATCH',
    happened,
    hint: 'The registry or a proxy in front of it loses parts of uploads: raise its limit for requests (nginx: client_max_body_size).',
  });
}
