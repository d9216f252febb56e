import { childrenOf, isIndexType } from '@nx-oci/model';

import { type RegistryHints } from '../../connection/hints/registry-hints';
import { type StagedImage } from './stage-image';

/** Notes for later runs what the destinations of an image hold now. */
export function noteImages({ plan, destinations }: StagedImage, hints: RegistryHints): void {
  const { digest, contents } = plan.prepared.image;
  for (const { hasContent, destination } of plan.destinations) {
    if (!hasContent || digest === undefined || plan.digest !== digest) continue;
    const { registry, repository } = destination.repository;
    hints.note(registry, { repository, manifest: digest, blobs: contents.map((content) => content.digest) });
  }
  for (const { plan: staged, manifest } of destinations) {
    if (isIndexType(manifest.descriptor.mediaType)) continue;
    const { registry, repository } = staged.destination.repository;
    const blobs = childrenOf(manifest).map((content) => content.digest);
    hints.note(registry, { repository, manifest: manifest.descriptor.digest, blobs });
  }
}
