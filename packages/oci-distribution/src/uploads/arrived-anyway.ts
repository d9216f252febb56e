import { type Descriptor } from '@nx-oci/model';

import { headBlob } from '../blobs/blobs';
import { type RepositoryContext } from '../requests/repository-context';
import { FailedAttempt } from '../attempts/failed-attempt';

/** A connection that breaks at the very end often leaves the blob behind: a HEAD is cheaper than sending it again. */
export async function arrivedAnyway(
  context: RepositoryContext,
  { digest }: Descriptor,
  { error, signal }: { readonly error: unknown; readonly signal: AbortSignal | undefined },
): Promise<boolean> {
  if (!(error instanceof FailedAttempt) || signal?.aborted) return false;
  const { outcome } = error.details;
  const isUncertain = outcome.kind === 'broken' ? outcome.phase === 'transfer' : outcome.status >= 500;
  if (!isUncertain) return false;
  try {
    return await headBlob(context, digest, signal);
  } catch (failed) {
    // The reason why the upload failed is the one to be told, and to be judged by.
    if (failed instanceof FailedAttempt) return false;
    throw failed;
  }
}
