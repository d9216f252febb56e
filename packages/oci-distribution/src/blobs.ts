import { type Readable } from 'node:stream';

import { type Descriptor, type Digest, OciError, shortDigest, type TransferOptions, verifiedStream } from '@nx-oci/model';

import { blobUrl } from './endpoints';
import { failureOf, operate, placeOf, type RepositoryContext, sendFrom } from './repository-context';
import { describeConnectionFailure } from './transport/connection-failure';
import { dropBody, type RegistryAnswer } from './transport/request';

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

/**
 * Opens a blob; the stream fails with an `OciError` rather than end with other content than the descriptor's.
 *
 * @throws OciError `NOT_FOUND` when the repository has no such blob.
 */
export function fetchBlob(context: RepositoryContext, descriptor: Descriptor, { signal }: TransferOptions = {}): Promise<Readable> {
  const doing = `fetch ${shortDigest(descriptor.digest)} from ${placeOf(context)}`;
  return operate(context, { doing, signal }, async (either) => {
    const url = blobUrl(context.host.origin, context.repository, descriptor.digest);
    // An inflated body would have another digest.
    const headers = { 'accept-encoding': 'identity' };
    const answer = await sendFrom(context, { method: 'GET', url, headers, action: 'pull', signal: either });
    if (answer.status !== 200) throw await failureOf(context, answer);
    return verifyBody(answer, descriptor, doing);
  });
}

function verifyBody({ body, url }: RegistryAnswer, descriptor: Descriptor, doing: string): Readable {
  const verified = verifiedStream(descriptor);
  body.on('error', (error: Error) => {
    const failure = describeConnectionFailure(error, url)?.toOciError(doing);
    verified.destroy(failure ?? new OciError('REGISTRY_UNREACHABLE', `Cannot ${doing}: ${url.host} broke off.`, { cause: error }));
  });
  // A reader that goes away early must not leave the connection open behind it.
  verified.on('close', () => body.destroy());
  return body.pipe(verified);
}
