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
 *
 * One image alone waits for no other: where the registry takes several tags in one request, that request sets all.
 */
export async function setTags(tags: readonly TagToSet[], signal?: AbortSignal): Promise<void> {
  const images = groupByImage(tags);
  if (images.length === 1) return tagImages(images, [false, true], signal);
  await tagImages(images, [false], signal);
  await tagImages(images, [true], signal);
}

/** The tags of one image in one repository. */
type ImageTags = readonly [TagToSet, ...TagToSet[]];

function groupByImage(tags: readonly TagToSet[]): readonly ImageTags[] {
  const keyOf = ({ repository, manifest }: TagToSet): string =>
    `${repository.registry}/${repository.repository}@${manifest.descriptor.digest}`;
  return [...new Map(tags.map((tag) => [keyOf(tag), tag]))].map(([key, first]) => {
    const [head = first, ...rest] = tags.filter((tag) => keyOf(tag) === key);
    return [head, ...rest];
  });
}

async function tagImages(images: readonly ImageTags[], order: readonly boolean[], signal?: AbortSignal): Promise<void> {
  await Promise.all(
    images.map((tags) => {
      const groups = order.map((isFloating) => tags.filter((tag) => tag.isFloating === isFloating).map(({ tag }) => tag));
      return tags[0].repository.tagAll(tags[0].manifest, groups, { signal });
    }),
  );
}
