import { acceptDigest } from '../requests/accept-digest';
import { wholeUploadUrl } from '../host/endpoints';
import { failureOf, type RepositoryContext, sendFrom } from '../requests/repository-context';
import { FailedAttempt, isDecline } from '../attempts/failed-attempt';
import { wasStored } from './was-stored';
import { type Upload } from './upload';
import { sessionOf, type UploadSession } from './upload-session';

// A registry without support for it discards the bytes: so few do not matter.
const MAX_TRIAL_BYTES = 64 * 1024;

// Sending so few bytes costs less than a check whether the blob exists.
const MAX_UNCHECKED_BYTES = 1024 * 1024;

/**
 * Whether to upload a blob in one request: if the host is known to support that, or as a trial with a small blob. Not for
 * blobs that may be mounted or that this run already saw here, nor for large ones that may exist.
 */
export function canSendInOneRequest(context: RepositoryContext, { descriptor: { digest, size }, from }: Upload): boolean {
  const { capabilities } = context.host;
  if ((from !== undefined && from !== context.repository) || context.assumed.has(digest)) return false;
  if (capabilities.all.oneRequestUpload === true) return from === undefined || size <= MAX_UNCHECKED_BYTES;
  return size <= MAX_TRIAL_BYTES && capabilities.claimOneRequestTrial();
}

/**
 * Sends a blob with the request that opens its upload: end-4b.
 *
 * @returns the upload that the registry opened instead, without the content; `undefined` if it declined.
 * @throws FailedAttempt, OciError
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#single-post
 */
export async function sendInOneRequest(
  context: RepositoryContext,
  upload: Upload,
  signal: AbortSignal | undefined,
): Promise<'uploaded' | UploadSession | undefined> {
  const { descriptor, open } = upload;
  const { capabilities, origin } = context.host;
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
    capabilities.learn({ oneRequestUpload: answer.status === 201 });
    if (answer.status === 202) return await sessionOf(context, answer);
    await acceptDigest(answer, descriptor);
    // If that is wrong, the registry refuses the manifest.
    context.assumed.add(upload);
    return 'uploaded';
  } catch (error) {
    if (await wasStored(context, descriptor, { error, signal })) return 'uploaded';
    if (!(error instanceof FailedAttempt && isDecline(error))) throw error;
    capabilities.forgetOneRequestUpload();
    return undefined;
  }
}
