import { childrenOf, isOciError, type Digest, type EncodedManifest } from '@nx-oci/model';

import { type DestinationPlan } from './plan-image';
import { type PublishableImage } from './publishable-image';

const NONE: ReadonlySet<Digest> = new Set();

/**
 * The blobs of an image that its repository has already, as far as one request can tell: whoever serves a manifest has what
 * it names, so that the manifest of a tag that is there stands for a HEAD of each blob. The base image's does, too, where it
 * lives in the same repository.
 */
export async function findBlobsHere(
  { destination, tags }: DestinationPlan,
  image: PublishableImage,
  signal?: AbortSignal,
): Promise<ReadonlySet<Digest>> {
  const { repository } = destination;
  if (image.contents.length === 0) return NONE;
  const present = tags.filter(({ from }) => from !== undefined);
  // The tag that moves points at the image that was made last, which is most like ours.
  const nearest = present.find(({ action }) => action === 'move') ?? present[0];
  const previous = nearest?.from === undefined ? undefined : await tryFetch(nearest.from);
  const ofBase = image.mountSource?.registry === repository.registry && image.mountSource.repository === repository.repository;
  return new Set([
    ...(previous === undefined ? [] : childrenOf(previous).map(({ digest }) => digest)),
    ...(ofBase ? image.mountSource.layers.map(({ digest }) => digest) : []),
  ]);

  async function tryFetch(digest: Digest): Promise<EncodedManifest | undefined> {
    try {
      return await repository.fetchManifest(digest, { signal });
    } catch (error) {
      // It would only have been cheaper; whether we may push is told by pushing.
      if (isOciError(error) && signal?.aborted !== true) return undefined;
      throw error;
    }
  }
}
