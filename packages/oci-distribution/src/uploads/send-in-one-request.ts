import { acceptDigest } from '../requests/accept-digest';
import { wholeUploadUrl } from '../host/endpoints';
import { failureOf, type RepositoryContext, sendFrom } from '../requests/repository-context';
import { FailedAttempt, isDecline } from '../attempts/failed-attempt';
import { arrivedAnyway } from './arrived-anyway';
import { type Upload } from './upload';
import { sessionOf, type UploadSession } from './upload-session';

// A registry that knows no such upload throws the bytes away: nobody should mind these.
const MAX_TRIAL_BYTES = 64 * 1024;

// Smaller than what it costs to ask whether the blob is there already.
const MAX_UNASKED_BYTES = 1024 * 1024;

/**
 * Whether a blob goes up in one request: where the host was seen to take that, or to find out with one that is small. Not
 * what may be mounted or was here before in this run, and nothing large that may be there already.
 */
export function mayGoInOneRequest(context: RepositoryContext, { descriptor: { digest, size }, from }: Upload): boolean {
  const { facts } = context.host;
  if ((from !== undefined && from !== context.repository) || context.assumed.has(digest)) return false;
  if (facts.all.oneRequestUpload === true) return from === undefined || size <= MAX_UNASKED_BYTES;
  return size <= MAX_TRIAL_BYTES && facts.claimUploadTrial();
}

/**
 * Sends a blob with the request that opens its upload: end-4b.
 *
 * @returns the upload that the registry opened instead, without the bytes; `undefined` where it wants another way.
 * @throws FailedAttempt, OciError
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#single-post
 */
export async function sendInOneRequest(
  context: RepositoryContext,
  upload: Upload,
  signal: AbortSignal | undefined,
): Promise<'uploaded' | UploadSession | undefined> {
  const { descriptor, open } = upload;
  const { facts, origin } = context.host;
  try {
    const answer = await sendFrom(context, {
      method: 'POST',
      url: wholeUploadUrl(origin, context.repository, descriptor.digest),
      headers: { 'content-type': 'application/octet-stream' },
      body: { kind: 'stream', open, size: descriptor.size },
      action: 'push',
      isTransfer: true,
      signal,
      answerTimeoutMs: context.host.commitTimeoutMs,
    });
    if (answer.status !== 201 && answer.status !== 202) throw await failureOf(context, answer);
    facts.learn({ oneRequestUpload: answer.status === 201 });
    if (answer.status === 202) return await sessionOf(context, answer);
    await acceptDigest(answer, descriptor);
    // Should it have been a mistake to believe that, the manifest tells.
    context.assumed.add(upload);
    return 'uploaded';
  } catch (error) {
    if (await arrivedAnyway(context, descriptor, { error, signal })) return 'uploaded';
    if (!(error instanceof FailedAttempt && isDecline(error))) throw error;
    facts.refuseOneRequestUpload();
    return undefined;
  }
}
