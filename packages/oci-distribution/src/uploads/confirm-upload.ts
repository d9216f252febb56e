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
  /** A part may be missing: only a digest that the registry names, or the blob itself, tells that it is not. */
  readonly isInParts: boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * Makes sure that a blob is stored: any success counts, and the digest decides. Where the registry does not name it, blobs that
 * went in parts are looked at, and those that it has only accepted so far (202).
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
  await lookAtBlob(context, descriptor, signal);
}

async function lookAtBlob(context: RepositoryContext, { digest, size }: Descriptor, signal: AbortSignal | undefined): Promise<void> {
  const url = blobUrl(context.host.origin, context.repository, digest);
  const answer = await sendFrom(context, { method: 'HEAD', url, action: 'push', signal });
  const length = headerOf(answer, 'content-length');
  if (answer.status === 404) {
    await dropBody(answer);
    throw notStored(`${context.host.name} accepted it and does not have it`);
  }
  await dropBody(answer);
  // Who may write and not read has to believe it.
  if (answer.status !== 200 || length === undefined || Number(length) === size) return;
  throw notStored(`${context.host.name} was sent ${size} bytes and has ${length} bytes`);
}

function notStored(happened: string): FailedAttempt {
  return new FailedAttempt({
    outcome: { kind: 'broken', phase: 'hopeless' },
    code: 'SIZE_MISMATCH',
    happened,
    hint: 'The registry, or a proxy in front of it, loses parts of uploads: have it take larger requests (nginx: client_max_body_size).',
  });
}
