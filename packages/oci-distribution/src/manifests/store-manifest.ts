import {
  type EncodedManifest,
  isDigest,
  MAX_MANIFEST_BYTES,
  OciError,
  type OciErrorCode,
  shortDigest,
  type TransferOptions,
  verifyBytes,
} from '@nx-oci/model';

import { manifestUrl } from '../host/endpoints';
import { isStored, resolveManifest } from './look-up';
import { nameOf } from './manifests';
import { putManifest, type StoredManifest } from './put-manifest';
import { hintForRefusal } from '../failures/denial-hints';
import { operate, type RepositoryContext } from '../requests/repository-context';
import { FailedAttempt } from '../attempts/failed-attempt';

export interface StoreOptions extends TransferOptions {
  /** Write only if the tag still has this etag of the registry. Registries may ignore it. */
  readonly ifMatch?: string;
}

/**
 * Stores a manifest or index under a tag or its digest. The registry must already have its children.
 * The digest in the answer confirms the write; without it, one HEAD does.
 *
 * @returns `undefined` if the tag was refused but already points at this document.
 * @throws OciError `TAG_IMMUTABLE` if the tag points at another manifest and the registry does not move it.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-manifests
 */
export function storeManifest(
  context: RepositoryContext,
  manifest: EncodedManifest,
  reference: string,
  { signal, ifMatch }: StoreOptions = {},
): Promise<StoredManifest | undefined> {
  assertPushable(context, manifest, reference);
  const doing = `push ${nameOf(context, reference)}`;
  return operate(context, { doing, signal }, async (either) => {
    try {
      return await putOne(context, { manifest, reference, ifMatch, signal: either });
    } catch (error) {
      if (isDigest(reference) || !(error instanceof FailedAttempt) || !mayBeImmutable(error)) throw error;
      await explainRefusedTag(context, { manifest, tag: reference, error, signal: either });
      return undefined;
    }
  });
}

interface ManifestPut {
  readonly manifest: EncodedManifest;
  readonly reference: string;
  readonly ifMatch: string | undefined;
  readonly signal: AbortSignal | undefined;
}

async function putOne(context: RepositoryContext, { manifest, reference, ifMatch, signal }: ManifestPut): Promise<StoredManifest> {
  const url = manifestUrl(context.host.origin, context.repository, reference);
  const stored = await putManifest(context, { manifest, url, ifMatch, signal });
  if (stored.isConfirmed || (await isStored(context, manifest.descriptor.digest, { signal })) !== false) return stored;
  throw new FailedAttempt({
    outcome: { kind: 'broken', phase: 'permanent' },
    code: 'PUBLISH_INCOMPLETE',
    happened: `the registry accepted it, but does not have ${shortDigest(manifest.descriptor.digest)} now`,
    hint: 'Try again; if it keeps failing, check the storage and the clean-up rules of the registry.',
  });
}

/** @throws OciError for a document that is too large for registries, or that does not match its descriptor. */
export function assertPushable(context: RepositoryContext, { descriptor, bytes }: EncodedManifest, reference: string): void {
  verifyBytes(descriptor, bytes);
  if (isDigest(reference) && reference !== descriptor.digest) {
    throw new OciError('DIGEST_MISMATCH', `Cannot push ${nameOf(context, reference)}: the document's digest is ${descriptor.digest}.`);
  }
  if (bytes.byteLength <= MAX_MANIFEST_BYTES) return;
  throw new OciError(
    'BODY_TOO_LARGE',
    `Cannot push ${nameOf(context, reference)}: it has ${bytes.byteLength} bytes, registries accept at most ${MAX_MANIFEST_BYTES}.`,
    { hint: 'Move large annotations out of the manifest.' },
  );
}

// How registries refuse to move a tag: ECR 400 TAG_INVALID, Google 400 with a text, Docker Hub and Artifactory 403, Azure 405,
// Quay 409, Harbor 412.
function mayBeImmutable({ details: { outcome, happened } }: FailedAttempt): boolean {
  if (outcome.kind !== 'answer' || outcome.isRateLimit === true) return false;
  const { status, codes } = outcome;
  if (hintForRefusal(happened) !== undefined) return false;
  if (status === 400) return codes.includes('TAG_INVALID') || /immutab/i.test(happened);
  if (status === 405) return codes.includes('REGISTRY_DISALLOWED_OPERATION');
  return status === 403 || status === 409 || status === 412;
}

interface RefusedTag {
  readonly manifest: EncodedManifest;
  readonly tag: string;
  readonly error: FailedAttempt;
  readonly signal: AbortSignal | undefined;
}

/**
 * A refused tag that already points at this document is a success: ECR refuses even to write the same document again
 * (https://github.com/moby/buildkit/issues/3776).
 */
async function explainRefusedTag(context: RepositoryContext, { manifest, tag, error, signal }: RefusedTag): Promise<void> {
  const present = await lookUp(context, tag, signal);
  if (present === undefined) throw error;
  if (present === manifest.descriptor.digest) return;
  const code: OciErrorCode = 'TAG_IMMUTABLE';
  const happened = `the tag points at ${shortDigest(present as `sha256:${string}`)} and cannot be moved; ${error.details.happened}`;
  throw new FailedAttempt({
    ...error.details,
    code,
    happened,
    hint: 'Publish under a new tag, or configure the registry to allow overwriting this one.',
  });
}

async function lookUp(context: RepositoryContext, tag: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  try {
    const found = await resolveManifest(context, tag, { signal });
    return found === 'unknown' ? undefined : found?.digest;
  } catch (failed) {
    // Then only the refusal itself is reported.
    if (failed instanceof OciError) return undefined;
    throw failed;
  }
}
