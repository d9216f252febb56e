import { type Repository } from '@nx-oci/distribution';
import { encodeManifest, MEDIA_TYPES, type Descriptor, type Digest } from '@nx-oci/model';

import { type StagedTarget } from './stage-copy';

/**
 * Makes what was staged beside an image findable: cosign's tags are set, and where a registry keeps no list of referrers
 * by itself, the tag that stands for that list is written.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#referrers-tag-schema
 */
export async function linkAttachments({ plan, attachments }: StagedTarget, signal?: AbortSignal): Promise<void> {
  const { repository } = plan.destination;
  const bySubject = new Map<Digest, Descriptor[]>();
  for (const { attachment, outcome } of attachments) {
    const { link, image } = attachment;
    if (link.kind === 'subject') bySubject.set(link.subject, [...(bySubject.get(link.subject) ?? []), link.listed]);
    else if (outcome === 'copied') await repository.tag(image.root, link.tag, { signal });
  }
  for (const [subject, listed] of bySubject) await announceReferrers(repository, { subject, listed }, signal);
}

interface Referrers {
  readonly subject: Digest;
  readonly listed: readonly Descriptor[];
}

/** Whatever other tools put on the list stays there. */
async function announceReferrers(repository: Repository, { subject, listed }: Referrers, signal?: AbortSignal): Promise<void> {
  const known = await repository.listReferrers(subject, { signal });
  const missing = listed.filter(({ digest }) => !known.some((descriptor) => descriptor.digest === digest));
  if (missing.length === 0) return;
  const index = encodeManifest({ schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests: [...known, ...missing] });
  await repository.tag(index, subject.replace(':', '-'), { signal });
}
