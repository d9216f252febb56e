import { childrenOf, isIndexType, isOciError, type Descriptor, type Digest } from '@nx-oci/model';

import { blobsOf } from '../image/image-size';
import { type MountableContents } from '../image/open-destination';
import { type Destination } from '../destination/destination';
import { type DestinationPlan } from './plan-image';

const NONE: ReadonlySet<Digest> = new Set();

// Each costs a request; our indexes have one entry for each platform.
const MAX_PLATFORMS_READ = 8;

interface Bounds {
  readonly signal?: AbortSignal;
}

/**
 * The blobs of an image that its repository already has, as far as one request per platform shows: a registry that serves a manifest
 * has what it names, so the manifest of an existing tag replaces a HEAD of each blob. So does that of the base image, if it is in
 * the same repository, and that of a part that was staged there.
 */
export async function findExistingBlobs(
  { destination, tags }: Pick<DestinationPlan, 'destination' | 'tags'>,
  image: MountableContents,
  { signal }: Bounds,
): Promise<ReadonlySet<Digest>> {
  const { registry, repository } = destination.repository;
  if (image.contents.length === 0) return NONE;
  const present = tags.filter(({ from }) => from !== undefined);
  // The tag that moves points at the image that was made last, which is most like ours.
  const nearest = present.find(({ action }) => action === 'move') ?? present[0];
  const ofPrevious = nearest?.from === undefined ? [] : await findBlobsOf(nearest.from, destination, { signal });
  const elsewhere = [...(image.mountSource === undefined ? [] : [image.mountSource]), ...(image.staged ?? [])];
  const beside = elsewhere.filter((one) => one.registry === registry && one.repository === repository);
  return new Set([...ofPrevious, ...beside.flatMap(({ layers }) => layers.map(({ digest }) => digest))]);
}

async function findBlobsOf(manifest: Digest, destination: Destination, { signal }: Bounds): Promise<readonly Digest[]> {
  try {
    return (await readBlobs(destination, manifest, { signal }))?.blobs.map(({ digest }) => digest) ?? [];
  } catch (error) {
    // It would only have been cheaper; pushing shows whether we have push access.
    if (isOciError(error) && signal?.aborted !== true) return [];
    throw error;
  }
}

/** What a published image consists of. */
export interface PublishedBlobs {
  /** Configs and layers of all platforms, each once. */
  readonly blobs: readonly Descriptor[];
  /** Its manifest; or the index, and the manifests below it. */
  readonly manifests: readonly Descriptor[];
}

/** @returns `undefined` if the repository has no such manifest. */
export async function readBlobs({ repository }: Destination, digest: Digest, { signal }: Bounds): Promise<PublishedBlobs | undefined> {
  const root = await repository.fetchManifest(digest, { signal });
  if (root === undefined) return undefined;
  if (!isIndexType(root.descriptor.mediaType)) return { blobs: childrenOf(root), manifests: [root.descriptor] };
  const listed = childrenOf(root).slice(0, MAX_PLATFORMS_READ);
  const found = await Promise.all(listed.map((entry) => repository.fetchManifest(entry.digest, { signal })));
  const images = found.filter((manifest) => manifest !== undefined).filter(({ descriptor }) => !isIndexType(descriptor.mediaType));
  return { blobs: blobsOf(images), manifests: [root.descriptor, ...images.map(({ descriptor }) => descriptor)] };
}
