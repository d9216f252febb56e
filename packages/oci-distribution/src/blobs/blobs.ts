import { type Digest, shortDigest, type TransferOptions } from '@nx-oci/model';

import { canPushButNotPull } from './can-push-but-not-pull';
import { blobUrl } from '../host/endpoints';
import { failureOf, operate, fullNameOf, type RepositoryContext, sendFrom } from '../requests/repository-context';
import { dropBody } from '../transport/request';

/** Whether the repository has a blob. Costs one HEAD. */
export function hasBlob(context: RepositoryContext, digest: Digest, { signal }: TransferOptions = {}): Promise<boolean> {
  const doing = `check for ${shortDigest(digest)} in ${fullNameOf(context)}`;
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
  // Artifactory answers 403 for missing content; storage URLs that are signed for GET refuse HEAD with 403 or 405. "No" is
  // safe: the blob is sent, which fails if that is not allowed either.
  if ([403, 404, 405].includes(answer.status) || (await canPushButNotPull(context, answer))) {
    await dropBody(answer);
    return false;
  }
  throw await failureOf(context, answer);
}
