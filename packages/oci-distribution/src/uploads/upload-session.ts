import { OciError } from '@nx-oci/model';

import { uploadsUrl } from '../host/endpoints';
import { failureOf, fullNameOf, type RepositoryContext, sendFrom } from '../requests/repository-context';
import { followLocation } from '../transport/redirect';
import { dropBody, headerOf, type RegistryAnswer } from '../transport/request';

/** An open upload. */
export interface UploadSession {
  /** The URL of its next request. */
  readonly url: URL;
  /** The smallest chunk that the registry accepts; 0 if it does not say. */
  readonly leastChunkBytes: number;
}

/** Opens an upload: end-4a. @throws FailedAttempt */
export async function startUpload(context: RepositoryContext, signal: AbortSignal | undefined): Promise<UploadSession> {
  const url = uploadsUrl(context.host.origin, context.repository);
  const answer = await sendFrom(context, { method: 'POST', url, action: 'push', opensUpload: true, signal });
  // Some registries answer 201 or 200.
  if (!isSuccess(answer)) throw await failureOf(context, answer);
  return sessionOf(context, answer);
}

/** Registries use various statuses for success. */
export function isSuccess({ status }: Pick<RegistryAnswer, 'status'>): boolean {
  return status >= 200 && status < 300;
}

/**
 * The upload that an answer opened or continues.
 *
 * @param before the known session, if the answer may omit the location.
 * @throws OciError `REGISTRY_FAILED`, `REDIRECT_REFUSED`
 */
export async function sessionOf(context: RepositoryContext, answer: RegistryAnswer, before?: UploadSession): Promise<UploadSession> {
  const location = headerOf(answer, 'location');
  await dropBody(answer);
  if (location !== undefined) {
    const least = headerOf(answer, 'oci-chunk-min-length') ?? '';
    const url = followLocation(answer.url, location, context.host.rules);
    return { url, leastChunkBytes: /^\d{1,12}$/.test(least) ? Number(least) : (before?.leastChunkBytes ?? 0) };
  }
  if (before !== undefined) return before;
  throw new OciError(
    'REGISTRY_FAILED',
    `Cannot upload to ${fullNameOf(context)}: ${context.host.name} opened an upload without a Location.`,
  );
}

const CANCEL_TIMEOUT_MS = 5000;

/** Best effort: a registry drops old sessions anyway, and many require a permission for this that a push does not include. */
export async function cancelUpload(context: RepositoryContext, { url }: UploadSession): Promise<void> {
  try {
    // Not the signal of the operation, which may already be aborted.
    const signal = AbortSignal.timeout(CANCEL_TIMEOUT_MS);
    await dropBody(await sendFrom(context, { method: 'DELETE', url, action: 'push', signal }));
  } catch {
    // The caller gets the failure of the upload itself.
  }
}

/** A session in use. */
export interface OpenUpload {
  readonly session: UploadSession;
  readonly signal: AbortSignal | undefined;
}
