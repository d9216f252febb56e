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

/** The client's limit for one host, so that an image of a few layers is sent in one wave. */
const BLOBS_AT_ONCE = 8;

/** How to send to a destination. */
export interface SendRequest {
  /** Blobs that the repository is assumed to have: not checked, and uploaded only if the registry lacks them. */
  readonly here: ReadonlySet<Digest>;
  readonly memory: RegistryMemory;
  /** The manifest is pushed by its tags later, not by its digest now. */
  readonly isManifestHeldBack: boolean;
  readonly watcher?: TransferWatcher;
  /** Called for each blob or manifest that has arrived; must not throw. */
  readonly arrived?: (content: CopiedContent) => void;
  readonly signal?: AbortSignal;
}

/** An image to be sent. */
export interface SentImage {
  readonly source: ContentSource;
  readonly root: Descriptor;
  readonly base?: MountableLayers;
  /** Content that the repository is known to have completely: no requests are sent for it. */
  readonly skip?: (descriptor: Descriptor) => boolean;
}

/** Sends an image to a destination in as few requests as possible. */
export function sendImage({ source, root, base, skip }: SentImage, destination: Destination, request: SendRequest): Promise<CopySummary> {
  const { repository } = destination;
  const { here, memory, isManifestHeldBack, watcher, arrived, signal } = request;
  const name = describeDestination(destination);
  const sink = mountingSink(destination, request);
  return copyImage(source, deferManifest(sink, isManifestHeldBack ? root.digest : undefined), root, {
    signal,
    concurrency: BLOBS_AT_ONCE,
    ...(skip && { skip }),
    ...(watcher && {
      onQueued: (descriptor) => {
        if (!here.has(descriptor.digest)) watcher.queued(name, descriptor);
      },
      onProgress: (event) => watcher.moved(name, event),
    }),
    onContent: (event) => {
      watcher?.arrived(name, event);
      arrived?.(event);
    },
    mountFrom: ({ digest }) => ({ registry: repository.registry, repository: findMountSource(repository, digest, { base, memory }) }),
  });
}

/**
 * A repository that gets as few requests as possible: each blob is known to exist, mounted, or checked and sent in the
 * same request. Wrong assumptions are noticed and corrected when the manifest is pushed.
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
      return memory.locations.upload({ registry, repository: name, digest: descriptor.digest, signal: options?.signal }, (location) =>
        repository.mountOrPush(descriptor, location === undefined ? from : { registry, repository: location }, open, options),
      );
    },
  };
}
