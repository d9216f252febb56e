import { type Digest, shortDigest, type TransferOptions } from '@nx-oci/model';

import { isBlindSpot } from './blind-spot';
import { blobUrl } from '../host/endpoints';
import { failureOf, operate, placeOf, type RepositoryContext, sendFrom } from '../requests/repository-context';
import { dropBody } from '../transport/request';

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
  // is lost by "no": the blob is sent, and who may not do that either hears of it then.
  if ([403, 404, 405].includes(answer.status) || (await isBlindSpot(context, answer))) {
    await dropBody(answer);
    return false;
  }
  throw await failureOf(context, answer);
}
