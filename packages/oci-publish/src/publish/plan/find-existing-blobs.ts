import { childrenOf, isOciError, type Digest } from '@nx-oci/model';

import { type MountableContents } from '../image/open-destination';
import { type DestinationPlan } from './plan-image';

const NONE: ReadonlySet<Digest> = new Set();

/**
 * The blobs of an image that its repository has already, as far as one request shows: a registry that serves a manifest has what
 * it names, so that the manifest of a tag that is there stands for a HEAD of each blob. The base image's does, too, where it
 * lives in the same repository.
 */
export async function findExistingBlobs(
  { destination, tags }: Pick<DestinationPlan, 'destination' | 'tags'>,
  image: MountableContents,
  { signal }: { readonly signal?: AbortSignal },
): Promise<ReadonlySet<Digest>> {
  const { registry, repository } = destination.repository;
  if (image.contents.length === 0) return NONE;
  const present = tags.filter(({ from }) => from !== undefined);
  // The tag that moves points at the image that was made last, which is most like ours.
  const nearest = present.find(({ action }) => action === 'move') ?? present[0];
  const ofPrevious = nearest?.from === undefined ? [] : await findBlobsOf(nearest.from, destination, { signal });
  const isBesideBase = image.mountSource?.registry === registry && image.mountSource.repository === repository;
  return new Set([...ofPrevious, ...(isBesideBase ? image.mountSource.layers.map(({ digest }) => digest) : [])]);
}

async function findBlobsOf(
  manifest: Digest,
  { repository }: DestinationPlan['destination'],
  { signal }: { readonly signal?: AbortSignal },
): Promise<readonly Digest[]> {
  try {
    const previous = await repository.fetchManifest(manifest, { signal });
    return previous === undefined ? [] : childrenOf(previous).map(({ digest }) => digest);
  } catch (error) {
    // It would only have been cheaper; pushing shows whether we have push access.
    if (isOciError(error) && signal?.aborted !== true) return [];
    throw error;
  }
}
