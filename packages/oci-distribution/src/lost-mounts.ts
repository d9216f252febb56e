import { pushBlob } from './blob-upload';
import { headBlob } from './blobs';
import { type RepositoryContext } from './repository-context';
import { FailedAttempt } from './transport/failed-attempt';

/** Whether a registry refuses a manifest since it does not have what that points at. */
export function isForMissingBlob(error: unknown): boolean {
  if (!(error instanceof FailedAttempt) || error.details.outcome.kind !== 'answer') return false;
  return error.details.outcome.codes.some((code) => code === 'MANIFEST_BLOB_UNKNOWN' || code === 'BLOB_UNKNOWN');
}

/**
 * Sends what a registry said it had mounted and has not. GHCR was seen to do so: 201 for the mount, later "unknown blob".
 *
 * @returns whether something was sent, so that the manifest is worth another try.
 * @see https://github.com/justrach/nanobrew/issues/320
 */
export async function resendLostMounts(context: RepositoryContext, signal: AbortSignal | undefined): Promise<boolean> {
  const sent = await Promise.all(
    [...context.mounted.values()].map(async (blob) => {
      const { digest } = blob.descriptor;
      if (await headBlob(context, digest, signal)) return false;
      await pushBlob(context, blob, { signal });
      context.mounted.delete(digest);
      return true;
    }),
  );
  return sent.includes(true);
}
