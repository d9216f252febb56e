import { type BaseTags } from '../image/base-tags';
import { type ImagePlan } from './plan-image';
import { isChange } from './plan-tag';

/**
 * Tells what tags will point at before they move: an image on another one of the same publish is compared with that one, not with
 * the one that it replaces.
 */
export function expectBases(plans: readonly ImagePlan[], bases: BaseTags): void {
  for (const { digest, prepared, destinations } of plans) {
    // An adopted image was built elsewhere: the digests of its platforms are unknown here.
    if (digest === undefined || digest !== prepared.image.digest) continue;
    const digests = [digest, ...prepared.image.platforms.map(({ manifest }) => manifest.descriptor.digest)];
    for (const { destination, tags } of destinations) {
      for (const { tag } of tags.filter(isChange)) bases.expect({ ...nameOf(destination), tag }, { digest, digests });
    }
  }
}

function nameOf({ repository: { registry, repository } }: ImagePlan['destinations'][number]['destination']) {
  return { registry, repository };
}
