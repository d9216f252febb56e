import { copyImage, type ContentSource, type CopySummary, type Descriptor, type Digest, type MountSource } from '@nx-oci/model';

import { type RegistryHints } from '../../connection/hints/registry-hints';
import { type BaseRecord } from '../../engines/image-record';
import { describeDestination, type Destination } from '../attempt/destination';
import { frugalSink } from './frugal-sink';
import { holdBack } from './hold-back-manifest';
import { type StageRequest } from '../image/publishable-image';

/** As many as the client lets to one host: an image of a few layers is then sent in one wave. */
export const BLOBS_AT_ONCE = 8;

/** An image to be sent. */
export interface SentImage {
  readonly source: ContentSource;
  readonly root: Descriptor;
  readonly base?: BaseRecord;
}

/** Sends an image to a destination in as few requests as can be. */
export function sendImage({ source, root, base }: SentImage, destination: Destination, request: StageRequest): Promise<CopySummary> {
  const { repository } = destination;
  const { here, hints, exchange, isManifestHeldBack, watcher, signal } = request;
  const place = describeDestination(destination);
  const sink = frugalSink({ repository, here, exchange });
  return copyImage(source, holdBack(sink, isManifestHeldBack ? root.digest : undefined), root, {
    signal,
    concurrency: BLOBS_AT_ONCE,
    ...(watcher && { onProgress: (event) => watcher.moved(place, event), onContent: (event) => watcher.arrived(place, event) }),
    mountFrom: ({ digest }) => ({ registry: repository.registry, repository: findMountSource(repository, digest, { base, hints }) }),
  });
}

/** What tells where a blob may be mounted from. */
export interface MountClues {
  readonly base?: BaseRecord;
  readonly hints: RegistryHints;
}

/**
 * The repository of the same registry that most likely has a blob: the base's for its layers, else one that had it in an
 * earlier run, else the very one that it is to go to, which asks and starts the upload in one request.
 */
export function findMountSource({ registry, repository }: MountSource, blob: Digest, { base, hints }: MountClues): string {
  const isOfBase = base?.registry === registry && base.layers.some(({ digest }) => digest === blob);
  return isOfBase ? base.repository : (hints.findRepository(registry, blob, repository) ?? repository);
}
