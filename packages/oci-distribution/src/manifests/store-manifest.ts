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
import { hintForPlace } from '../failures/place-refusal';
import { operate, type RepositoryContext } from '../requests/repository-context';
import { FailedAttempt } from '../attempts/failed-attempt';

export interface StoreOptions extends TransferOptions {
  /** Only where the tag is still this: an etag of the registry's own. Registries may pay no heed to it. */
  readonly ifMatch?: string;
}

/**
 * Stores a manifest or index under a tag or its own digest. The content that it points at must be there already.
 * The registry's own word for the digest is what confirms it; where it gives none it is asked by one HEAD.
 *
 * @returns `undefined` where the tag was refused and points at this very document.
 * @throws OciError `TAG_IMMUTABLE` when the tag points at something else and the registry keeps it there.
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-manifests
 */
export function storeManifest(
  context: RepositoryContext,
  manifest: EncodedManifest,
  reference: string,
  { signal, ifMatch }: StoreOptions = {},
): Promise<StoredManifest | undefined> {
  refuseUnfit(context, manifest, reference);
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
    outcome: { kind: 'broken', phase: 'hopeless' },
    code: 'PUBLISH_INCOMPLETE',
    happened: `the registry took it, but does not have ${shortDigest(manifest.descriptor.digest)} now`,
    hint: 'Try it again; if it stays so, look at the storage or the clean-up rules of the registry.',
  });
}

/** @throws OciError for a document that no registry would take, or that is not what its descriptor says. */
export function refuseUnfit(context: RepositoryContext, { descriptor, bytes }: EncodedManifest, reference: string): void {
  verifyBytes(descriptor, bytes);
  if (isDigest(reference) && reference !== descriptor.digest) {
    throw new OciError('DIGEST_MISMATCH', `Cannot push ${nameOf(context, reference)}: the document's digest is ${descriptor.digest}.`);
  }
  if (bytes.byteLength <= MAX_MANIFEST_BYTES) return;
  throw new OciError(
    'BODY_TOO_LARGE',
    `Cannot push ${nameOf(context, reference)}: it has ${bytes.byteLength} bytes, registries take ${MAX_MANIFEST_BYTES}.`,
    { hint: 'Move large annotations out of the manifest.' },
  );
}

// How registries say that a tag stays where it is: ECR 400 TAG_INVALID, Google 400 and only the text tells, Docker Hub and
// Artifactory 403, Azure 405, Quay 409, Harbor 412.
function mayBeImmutable({ details: { outcome, happened } }: FailedAttempt): boolean {
  if (outcome.kind !== 'answer' || outcome.isRateLimit === true) return false;
  const { status, codes } = outcome;
  if (hintForPlace(happened) !== undefined) return false;
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
 * A refused tag that already points at this very document is a success: ECR refuses even to write the same again
 * (https://github.com/moby/buildkit/issues/3776).
 */
async function explainRefusedTag(context: RepositoryContext, { manifest, tag, error, signal }: RefusedTag): Promise<void> {
  const present = await lookUp(context, tag, signal);
  if (present === undefined) throw error;
  if (present === manifest.descriptor.digest) return;
  const code: OciErrorCode = 'TAG_IMMUTABLE';
  const happened = `the tag points at ${shortDigest(present as `sha256:${string}`)} and may not be moved; ${error.details.happened}`;
  throw new FailedAttempt({
    ...error.details,
    code,
    happened,
    hint: 'Publish under a new tag, or allow the registry to overwrite this one.',
  });
}

async function lookUp(context: RepositoryContext, tag: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  try {
    const found = await resolveManifest(context, tag, { signal });
    return found === 'unknown' ? undefined : found?.digest;
  } catch (failed) {
    // Then the refusal itself is all there is to tell.
    if (failed instanceof OciError) return undefined;
    throw failed;
  }
}
