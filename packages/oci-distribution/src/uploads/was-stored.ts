import { type Descriptor } from '@nx-oci/model';

import { headBlob } from '../blobs/blobs';
import { type RepositoryContext } from '../requests/repository-context';
import { FailedAttempt } from '../attempts/failed-attempt';

/** If a connection breaks at the very end, the blob is often stored: a HEAD is cheaper than another upload. */
export async function wasStored(
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
    // The failure of the upload itself is what counts.
    if (failed instanceof FailedAttempt) return false;
    throw failed;
  }
}
