import { OciError } from '@nx-oci/model';

import { uploadsUrl } from '../host/endpoints';
import { failureOf, placeOf, type RepositoryContext, sendFrom } from '../requests/repository-context';
import { followLocation } from '../transport/redirect';
import { dropBody, headerOf, type RegistryAnswer } from '../transport/request';

/** An upload that a registry has opened. */
export interface UploadSession {
  /** Where its next request goes. */
  readonly url: URL;
  /** The smallest chunk that the registry takes, where it says so. */
  readonly leastChunkBytes: number;
}

/** Opens an upload: end-4a. @throws FailedAttempt */
export async function startUpload(context: RepositoryContext, signal: AbortSignal | undefined): Promise<UploadSession> {
  const url = uploadsUrl(context.host.origin, context.repository);
  const answer = await sendFrom(context, { method: 'POST', url, action: 'push', opensUpload: true, signal });
  // 201 and 200 are seen in the wild, too.
  if (!isSuccess(answer)) throw await failureOf(context, answer);
  return sessionOf(context, answer);
}

/** Registries are free in the statuses by which they say that all went well. */
export function isSuccess({ status }: Pick<RegistryAnswer, 'status'>): boolean {
  return status >= 200 && status < 300;
}

/**
 * The upload that an answer has opened, or where it goes on.
 *
 * @param before where the answer may be silent, since it is known already.
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
  throw new OciError('REGISTRY_FAILED', `${context.host.name} opened an upload to ${placeOf(context)} without saying where (no Location).`);
}

const CANCEL_TIMEOUT_MS = 5000;

/** Best effort: a registry drops old sessions anyway, and many want a right for this that a push does not give. */
export async function cancelUpload(context: RepositoryContext, { url }: UploadSession): Promise<void> {
  try {
    // Not the operation's signal: that may be the reason why we are here.
    const signal = AbortSignal.timeout(CANCEL_TIMEOUT_MS);
    await dropBody(await sendFrom(context, { method: 'DELETE', url, action: 'push', signal }));
  } catch {
    // What went wrong with the upload itself is what the caller hears.
  }
}

/** A session that is being sent to. */
export interface OpenUpload {
  readonly session: UploadSession;
  readonly signal: AbortSignal | undefined;
}
