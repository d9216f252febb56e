import { type EncodedManifest } from '@nx-oci/model';

import { acceptDigest } from './accept-digest';
import { type AssumedBlob, missingDigests } from './assumed-blobs';
import { pushBlob } from './blob-upload';
import { headBlob } from './blobs';
import { failureOf, type RepositoryContext, sendFrom } from './repository-context';
import { headerOf } from './transport/request';

export interface ManifestRequest {
  readonly manifest: EncodedManifest;
  readonly url: URL;
  /** An etag: what is at `url` must still be that. */
  readonly ifMatch?: string;
  readonly signal: AbortSignal | undefined;
}

export interface StoredManifest {
  /** The registry named the digest that it stored. */
  readonly isConfirmed: boolean;
  /** The tags of the request that the registry says it has set. */
  readonly tags: readonly string[];
  /** The registry says that it lists the manifest among what refers to its subject. */
  readonly isListed: boolean;
}

/**
 * Puts a manifest, once; a second time where the registry misses blobs that were taken to be there, after those were sent:
 * GHCR was seen to answer 201 to a mount, and later "unknown blob" (https://github.com/justrach/nanobrew/issues/320).
 *
 * @throws FailedAttempt
 */
export async function putManifest(context: RepositoryContext, request: ManifestRequest): Promise<StoredManifest> {
  try {
    return await putOnce(context, request);
  } catch (error) {
    const missing = missingDigests(error);
    const { signal } = request;
    const bring = (blob: AssumedBlob): Promise<void> => bringBlob(context, blob, signal && AbortSignal.any([signal]));
    if (missing === undefined || !(await context.assumed.mend(missing, bring))) throw error;
    return putOnce(context, request);
  }
}

async function putOnce(context: RepositoryContext, { manifest, url, ifMatch, signal }: ManifestRequest): Promise<StoredManifest> {
  const { descriptor, bytes } = manifest;
  const answer = await sendFrom(context, {
    method: 'PUT',
    url,
    headers: { 'content-type': descriptor.mediaType, ...(ifMatch !== undefined && { 'if-match': ifMatch }) },
    body: { kind: 'bytes', bytes },
    action: 'push',
    signal,
  });
  if (answer.status < 200 || answer.status > 204) throw await failureOf(context, answer);
  await acceptDigest(answer, descriptor);
  const tags = [answer.headers['oci-tag'] ?? []].flat().flatMap((value) => value.split(','));
  return {
    isConfirmed: headerOf(answer, 'docker-content-digest') !== undefined,
    tags: tags.map((tag) => tag.trim()),
    isListed: headerOf(answer, 'oci-subject') !== undefined,
  };
}

async function bringBlob(context: RepositoryContext, { descriptor, open }: AssumedBlob, signal: AbortSignal | undefined): Promise<void> {
  if (await headBlob(context, descriptor.digest, signal)) return;
  await pushBlob(context, { descriptor, open }, { signal });
}
