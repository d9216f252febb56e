import { copyImage, type ContentSource, type CopySummary, type Descriptor, type MountSource } from '@nx-oci/model';

import { type BaseRecord } from '../engines/image-record';
import { type Destination } from './destination';
import { frugalSink } from './frugal-sink';
import { type StageRequest } from './publishable-image';

/** An image to be sent. */
export interface SentImage {
  readonly source: ContentSource;
  readonly root: Descriptor;
  readonly base?: BaseRecord;
}

/** Sends an image to a destination in as few requests as can be. */
export function sendImage({ source, root, base }: SentImage, { repository }: Destination, request: StageRequest): Promise<CopySummary> {
  const { here, isManifestHeldBack, signal } = request;
  const sink = frugalSink({ repository, here, heldBack: isManifestHeldBack ? root.digest : undefined });
  return copyImage(source, sink, root, { signal, mountFrom: findMountSource(repository, base) });
}

/** Layers of the base are mounted where it lives on the same registry; all else is looked for in the repository itself. */
function findMountSource(own: MountSource, base: BaseRecord | undefined): (descriptor: Descriptor) => MountSource {
  const ofBase = new Set(base?.registry === own.registry ? base.layers.map(({ digest }) => digest) : []);
  return ({ digest }) => (base !== undefined && ofBase.has(digest) ? base : own);
}
