import { artifactTypeOf, type Descriptor, type Digest, type EncodedManifest, isOciError, parseManifestOrIndex } from '@nx-oci/model';

import { type RepositoryContext } from '../requests/repository-context';
import { addToReferrersTag } from './add-to-referrers-tag';
import { listByApi } from './list-referrers';

export interface PushedManifest {
  /** The registry said so when it took the manifest. */
  readonly isListed: boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * Has a manifest that was just pushed found by its subject, if it has one. A registry with the referrers API says that it
 * noted the subject (`OCI-Subject`); without that word the client keeps the list.
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
  if (isListed) context.links.note(subject, manifest.descriptor.digest);
  else await linkReferrers(context, { subject, referrers: [manifest] }, signal);
}

export interface Referrers {
  readonly subject: Digest;
  /** In this repository already. Those that another registry lists may have no `subject` of their own. */
  readonly referrers: readonly EncodedManifest[];
}

/** Has manifests found by their subject: nothing to do where the registry lists them, else by the tag that stands for that. */
export function linkReferrers(context: RepositoryContext, { subject, referrers }: Referrers, signal?: AbortSignal): Promise<void> {
  const { links } = context;
  return links.inTurn(subject, async () => {
    const wanted = referrers.filter(({ descriptor }) => !links.has(subject, descriptor.digest)).map(describeReferrer);
    if (wanted.length === 0) return;
    if (!(await areListedByApi(context, { subject, wanted, signal }))) await addToReferrersTag(context, { subject, wanted, signal });
    for (const { digest } of wanted) links.note(subject, digest);
  });
}

interface WantedLinks {
  readonly subject: Digest;
  readonly wanted: readonly Descriptor[];
  readonly signal: AbortSignal | undefined;
}

/**
 * Quay lists referrers and never says so: quay ffba0c70e, endpoints/v2/referrers.py and manifest.py. Where we may not look, the tag
 * is written: a registry with the API loses nothing by it.
 */
async function areListedByApi(context: RepositoryContext, { subject, wanted, signal }: WantedLinks): Promise<boolean> {
  const { facts } = context.host;
  if (facts.lacksReferrers) return false;
  const listed = await listIfAllowed(context, subject, signal);
  if (listed === undefined) facts.noteNoReferrers();
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

/** What the list says of a manifest: nothing but what the manifest says itself. */
function describeReferrer({ descriptor, bytes }: EncodedManifest): Descriptor {
  const { mediaType, digest, size } = descriptor;
  const document = parseManifestOrIndex(bytes, mediaType);
  return { mediaType, digest, size, artifactType: artifactTypeOf(document), annotations: document.annotations };
}

function subjectOf({ descriptor, bytes }: EncodedManifest): Digest | undefined {
  // Nearly no manifest has one: that is told without reading each document anew.
  if (!Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('"subject"')) return undefined;
  try {
    return parseManifestOrIndex(bytes, descriptor.mediaType).subject?.digest;
  } catch (error) {
    // The registry took it all the same; nobody would find it by a subject that cannot be read.
    if (isOciError(error, 'MANIFEST_INVALID')) return undefined;
    throw error;
  }
}
