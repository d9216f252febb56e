import { type EncodedManifest } from '@nx-oci/model';
import { type Repository } from '@nx-oci/distribution';

/** One tag to be pointed at a manifest that is confirmed to be there. */
export interface TagToSet {
  readonly repository: Repository;
  readonly manifest: EncodedManifest;
  readonly tag: string;
  readonly isFloating: boolean;
}

/**
 * Sets tags: all immutable ones of all images first, then the floating ones, so that a floating tag never points at
 * an image that has no name of its own. Each group in parallel; the client holds back what a host cannot take.
 */
export async function setTags(tags: readonly TagToSet[], signal?: AbortSignal): Promise<void> {
  for (const isFloating of [false, true]) {
    const group = tags.filter((tag) => tag.isFloating === isFloating);
    await Promise.all(group.map(({ repository, manifest, tag }) => repository.tag(manifest, tag, { signal })));
  }
}
