import { type Digest, shortDigest, type TransferOptions } from '@nx-oci/model';

import { blobUrl } from './endpoints';
import { failureOf, operate, placeOf, type RepositoryContext, sendFrom } from './repository-context';
import { dropBody } from './transport/request';

/** Whether the repository has a blob. Costs one HEAD. */
export function hasBlob(context: RepositoryContext, digest: Digest, { signal }: TransferOptions = {}): Promise<boolean> {
  const doing = `look for ${shortDigest(digest)} in ${placeOf(context)}`;
  return operate(context, { doing, signal }, (either) => headBlob(context, digest, either));
}

/** One HEAD, without retries of its own. */
export async function headBlob(context: RepositoryContext, digest: Digest, signal: AbortSignal | undefined): Promise<boolean> {
  const url = blobUrl(context.host.origin, context.repository, digest);
  const answer = await sendFrom(context, { method: 'HEAD', url, action: 'push', signal });
  if (answer.status === 200) {
    await dropBody(answer);
    return true;
  }
  // Artifactory hides what is missing behind 403; storage URLs that are signed for GET refuse HEAD with 403 or 405. Nothing
  // is lost by "no": the blob is sent.
  if (answer.status === 404 || answer.status === 403 || answer.status === 405) {
    await dropBody(answer);
    return false;
  }
  throw await failureOf(context, answer);
}
