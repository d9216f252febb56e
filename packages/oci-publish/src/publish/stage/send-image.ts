import {
  copyImage,
  type BlobMounter,
  type CopiedContent,
  type ContentSink,
  type ContentSource,
  type CopySummary,
  type Descriptor,
  type Digest,
} from '@nx-oci/model';

import { type RegistryMemory } from '../../connection/memory/registry-memory';
import { type TransferWatcher } from '../../report/progress/transfer-watcher';
import { describeDestination, type Destination } from '../destination/destination';
import { findMountSource, type MountableLayers } from '../image/mount-source';
import { deferManifest } from './defer-manifest';

/** As many as the client lets to one host: an image of a few layers is then sent in one wave. */
const BLOBS_AT_ONCE = 8;

/** How a destination is to be served. */
export interface SendRequest {
  /** Blobs that the repository is assumed to have: not requested, and uploaded only if the registry misses them. */
  readonly here: ReadonlySet<Digest>;
  readonly memory: RegistryMemory;
  /** The manifest is put by its tags later, and not by its digest now. */
  readonly isManifestHeldBack: boolean;
  readonly watcher?: TransferWatcher;
  /** Called for each piece of content once it is there; must not throw. */
  readonly arrived?: (content: CopiedContent) => void;
  readonly signal?: AbortSignal;
}

/** An image to be sent. */
export interface SentImage {
  readonly source: ContentSource;
  readonly root: Descriptor;
  readonly base?: MountableLayers;
  /** Which of its content the repository is known to have, with all that it names: nothing is asked or sent for that. */
  readonly skip?: (descriptor: Descriptor) => boolean;
}

/** Sends an image to a destination in as few requests as can be. */
export function sendImage({ source, root, base, skip }: SentImage, destination: Destination, request: SendRequest): Promise<CopySummary> {
  const { repository } = destination;
  const { memory, isManifestHeldBack, watcher, arrived, signal } = request;
  const place = describeDestination(destination);
  const sink = mountingSink(destination, request);
  return copyImage(source, deferManifest(sink, isManifestHeldBack ? root.digest : undefined), root, {
    signal,
    concurrency: BLOBS_AT_ONCE,
    ...(skip && { skip }),
    ...(watcher && { onProgress: (event) => watcher.moved(place, event) }),
    onContent: (event) => {
      watcher?.arrived(place, event);
      arrived?.(event);
    },
    mountFrom: ({ digest }) => ({ registry: repository.registry, repository: findMountSource(repository, digest, { base, memory }) }),
  });
}

/**
 * A repository that gets as few requests as possible: each blob is known to exist, mounted, or checked and sent in the
 * same request. Whatever was wrong about that comes out when the manifest is put, and is mended then.
 */
function mountingSink({ repository }: Destination, { here, memory }: SendRequest): ContentSink & BlobMounter {
  return {
    has: (descriptor, options) => repository.has(descriptor, options),
    push: (descriptor, open, options) => repository.push(descriptor, open, options),
    mountOrPush: async (descriptor, from, open, options) => {
      if (here.has(descriptor.digest)) {
        repository.assume({ descriptor, open });
        return 'present';
      }
      const { registry, repository: name } = repository;
      return memory.locations.upload({ registry, repository: name, digest: descriptor.digest, signal: options?.signal }, (place) =>
        repository.mountOrPush(descriptor, place === undefined ? from : { registry, repository: place }, open, options),
      );
    },
  };
}
