import { artifactTypeOf, type Descriptor, type Digest, type EncodedManifest, isOciError, parseManifestOrIndex } from '@nx-oci/model';

import { type RepositoryContext } from '../requests/repository-context';
import { addToReferrersTag } from './add-to-referrers-tag';
import { listByApi } from './list-referrers';

export interface PushedManifest {
  /** The registry confirmed it in its answer to the push. */
  readonly isListed: boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * Links a manifest that was just pushed to its subject, if it has one. A registry with the referrers API confirms the subject
 * (`OCI-Subject`); otherwise the client maintains the list.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-manifests-with-subject
 */
export async function linkToSubject(
  context: RepositoryContext,
  manifest: EncodedManifest,
  { isListed, signal }: PushedManifest,
): Promise<void> {
  const subject = subjectOf(manifest);
  if (subject === undefined) return;
  if (isListed) context.links.add(subject, manifest.descriptor.digest);
  else await linkReferrers(context, { subject, referrers: [manifest] }, signal);
}

export interface Referrers {
  readonly subject: Digest;
  /** Already in this repository. Those that another registry lists may have no `subject` of their own. */
  readonly referrers: readonly EncodedManifest[];
}

/** Links manifests to their subject: if the registry does not list them, through the referrers tag. */
export function linkReferrers(context: RepositoryContext, { subject, referrers }: Referrers, signal?: AbortSignal): Promise<void> {
  const { links } = context;
  return links.inTurn(subject, async () => {
    const wanted = referrers.filter(({ descriptor }) => !links.has(subject, descriptor.digest)).map(describeReferrer);
    if (wanted.length === 0) return;
    if (!(await areListedByApi(context, { subject, wanted, signal }))) await addToReferrersTag(context, { subject, wanted, signal });
    for (const { digest } of wanted) links.add(subject, digest);
  });
}

interface WantedLinks {
  readonly subject: Digest;
  readonly wanted: readonly Descriptor[];
  readonly signal: AbortSignal | undefined;
}

/**
 * Quay lists referrers but never confirms it: quay ffba0c70e, endpoints/v2/referrers.py and manifest.py. If we may not read the
 * list, the tag is written, which does no harm on a registry with the API.
 */
async function areListedByApi(context: RepositoryContext, { subject, wanted, signal }: WantedLinks): Promise<boolean> {
  const { capabilities } = context.host;
  if (capabilities.lacksReferrers) return false;
  const listed = await listIfAllowed(context, subject, signal);
  if (listed === undefined) capabilities.recordMissingReferrers();
  if (listed === 'unknown') return false;
  return wanted.every(({ digest }) => listed?.some((descriptor) => descriptor.digest === digest));
}

async function listIfAllowed(
  context: RepositoryContext,
  subject: Digest,
  signal: AbortSignal | undefined,
): Promise<readonly Descriptor[] | undefined | 'unknown'> {
  try {
    return await listByApi(context, subject, { signal });
  } catch (error) {
    if (isOciError(error, 'DENIED', 'UNAUTHORIZED')) return 'unknown';
    throw error;
  }
}

/** The entry of a manifest in the list, made of the manifest alone. */
function describeReferrer({ descriptor, bytes }: EncodedManifest): Descriptor {
  const { mediaType, digest, size } = descriptor;
  const document = parseManifestOrIndex(bytes, mediaType);
  return { mediaType, digest, size, artifactType: artifactTypeOf(document), annotations: document.annotations };
}

function subjectOf({ descriptor, bytes }: EncodedManifest): Digest | undefined {
  // Few manifests have one: this check avoids parsing the others.
  if (!Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('"subject"')) return undefined;
  try {
    return parseManifestOrIndex(bytes, descriptor.mediaType).subject?.digest;
  } catch (error) {
    // The registry accepted it; a subject that cannot be parsed cannot be linked.
    if (isOciError(error, 'MANIFEST_INVALID')) return undefined;
    throw error;
  }
}
