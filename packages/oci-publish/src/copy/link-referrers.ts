import { type Digest, type EncodedManifest } from '@nx-oci/model';

import { type StagedTarget } from './stage-copy';

/**
 * Makes what was staged beside an image findable, as far as that did not happen when it was pushed: cosign's tags are set,
 * and what was there already is on the list of what refers to its image.
 */
export async function linkReferrers({ plan, referrers }: StagedTarget, signal?: AbortSignal): Promise<void> {
  const { repository } = plan.destination;
  const bySubject = new Map<Digest, EncodedManifest[]>();
  for (const { referrer, outcome } of referrers) {
    const { link, image } = referrer;
    if (link.kind === 'subject') bySubject.set(link.subject, [...(bySubject.get(link.subject) ?? []), image.root]);
    else if (outcome === 'copied') await repository.tag(image.root, link.tag, { signal });
  }
  for (const [subject, referrers] of bySubject) await repository.linkReferrers({ subject, referrers }, { signal });
}
