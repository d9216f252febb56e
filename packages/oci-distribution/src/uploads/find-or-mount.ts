import { acceptDigest } from '../requests/accept-digest';
import { headBlob } from '../blobs/blobs';
import { mountUrl } from '../host/endpoints';
import { failureOf, type RepositoryContext, sendFrom } from '../requests/repository-context';
import { FailedAttempt, isDecline } from '../attempts/failed-attempt';
import { type Upload } from './upload';
import { sessionOf, type UploadSession } from './upload-session';

/** How the blob already exists, the upload session that the registry opened instead, or `undefined` for neither. */
export async function findOrMount(
  context: RepositoryContext,
  upload: Upload,
  signal: AbortSignal | undefined,
): Promise<'mounted' | 'present' | UploadSession | undefined> {
  const { capabilities } = context.host;
  const isOwn = upload.from === context.repository;
  const needsHead = upload.from !== undefined && (capabilities.sharesBlobs || (isOwn && !capabilities.supportsMount));
  if (needsHead) return (await headBlob(context, upload.descriptor.digest, signal)) ? 'present' : undefined;
  const found = await tryMount(context, upload, signal);
  return isOwn && found === 'mounted' ? 'present' : found;
}

/** `mounted`, the upload session that was opened instead, or `undefined` if the registry declined. */
async function tryMount(
  context: RepositoryContext,
  upload: Upload,
  signal: AbortSignal | undefined,
): Promise<'mounted' | UploadSession | undefined> {
  const { descriptor, from } = upload;
  if (from === undefined) return undefined;
  const url = mountUrl(context.host.origin, context.repository, { digest: descriptor.digest, from });
  const alsoNeeded = [{ repository: from, actions: ['pull'] as const }];
  try {
    const answer = await sendFrom(context, { method: 'POST', url, action: 'push', alsoNeeded, opensUpload: true, signal });
    if (answer.status === 201) {
      await acceptDigest(answer, descriptor);
      context.assumed.add(upload);
      return 'mounted';
    }
    if (answer.status === 202) return await sessionOf(context, answer);
    throw await failureOf(context, answer);
  } catch (error) {
    // A registry (or its token service) that refuses the mount may still accept the upload.
    if (!(error instanceof FailedAttempt && isDecline(error))) throw error;
    // For another repository, only access to that one may be missing.
    if (from === context.repository && isUnsupported(error)) context.host.capabilities.disableMounts();
    return undefined;
  }
}

function isUnsupported({ details: { outcome } }: FailedAttempt): boolean {
  return outcome.kind === 'answer' && [400, 404, 405].includes(outcome.status);
}
