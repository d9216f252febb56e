import { setTimeout as sleep } from 'node:timers/promises';

import { type Digest, type EncodedManifest } from '@nx-oci/model';

import { acceptDigest } from '../requests/accept-digest';
import { type AssumedBlob, missingDigests } from '../requests/assumed-blobs';
import { pushBlob } from '../uploads/blob-upload';
import { headBlob } from '../blobs/blobs';
import { failureOf, type RepositoryContext, sendFrom } from '../requests/repository-context';
import { headerOf } from '../transport/request';

export interface ManifestRequest {
  readonly manifest: EncodedManifest;
  readonly url: URL;
  /** An etag that the content at `url` must still have. */
  readonly ifMatch?: string;
  readonly signal: AbortSignal | undefined;
}

export interface StoredManifest {
  /** The registry named the digest that it stored. */
  readonly isConfirmed: boolean;
  /** The tags of the request that the registry confirmed. */
  readonly tags: readonly string[];
  /** The registry confirmed that it lists the manifest as a referrer of its subject. */
  readonly isListed: boolean;
}

const MAX_TRIES = 3;

/**
 * Puts a manifest. If the registry lacks blobs that were assumed to exist, uploads them and tries again; if it has them but
 * does not know yet, tries again after a pause: GHCR has answered 201 to a mount, and later "unknown blob"
 * (https://github.com/justrach/nanobrew/issues/320).
 *
 * @throws FailedAttempt
 */
export async function putManifest(context: RepositoryContext, request: ManifestRequest): Promise<StoredManifest> {
  for (let number = 1; ; number++) {
    try {
      return await putOnce(context, request);
    } catch (error) {
      const missing = missingDigests(error);
      if (missing === undefined || number === MAX_TRIES || !(await recover(context, request, { missing, number }))) throw error;
    }
  }
}

interface Refusal {
  readonly missing: readonly Digest[];
  /** The number of the refused attempt. */
  readonly number: number;
}

/** Whether a retry may succeed: the missing blobs exist now, or this run had uploaded them. */
async function recover(context: RepositoryContext, { signal }: ManifestRequest, { missing, number }: Refusal): Promise<boolean> {
  const { assumed, host } = context;
  const upload = (blob: AssumedBlob): Promise<void> => ensureBlob(context, blob, signal && AbortSignal.any([signal]));
  const hasUploaded = await assumed.uploadMissing(missing, upload);
  if (hasUploaded && number === 1) return true;
  if (!assumed.hasAll(missing)) return false;
  await sleep(Math.ceil((0.5 + Math.random() / 2) * host.policy.baseMs * number), undefined, { signal });
  return true;
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

async function ensureBlob(context: RepositoryContext, { descriptor, open }: AssumedBlob, signal: AbortSignal | undefined): Promise<void> {
  if (await headBlob(context, descriptor.digest, signal)) return;
  await pushBlob(context, { descriptor, open }, { signal });
}
