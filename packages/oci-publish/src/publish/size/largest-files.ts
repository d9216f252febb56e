import { isReadableLayer, readLayerFiles, TarProblem } from '@nx-oci/layout';
import { type Digest } from '@nx-oci/model';

import { type PublishableImage } from '../image/publishable-image';
import { type Growth } from './find-growth';

/** A file of a layer; its size is that before compression. */
export interface LargeFile {
  readonly path: string;
  readonly sizeBytes: number;
}

const SHOWN_FILES = 3;
const NO_CONTENT = { wants: () => false, inspect: () => undefined };

/**
 * The largest files of each new layer that is ours, by its digest. Layers of a base image are not read: they are in a
 * registry. A layer that this Node cannot read is left out.
 */
export async function findLargestFiles(
  { mountSource, contents, stamped }: PublishableImage,
  growth: Growth,
  signal?: AbortSignal,
): Promise<ReadonlyMap<Digest, readonly LargeFile[]>> {
  const changed = new Set(
    growth.kind === 'known' ? growth.layers.filter(({ change }) => change === 'new').map(({ digest }) => digest) : [],
  );
  const ofBase = new Set(mountSource?.layers.map(({ digest }) => digest));
  const found = new Map<Digest, readonly LargeFile[]>();
  for (const layer of contents) {
    if (stamped === undefined || !changed.has(layer.digest) || ofBase.has(layer.digest) || !isReadableLayer(layer.mediaType)) continue;
    try {
      const { files } = await readLayerFiles(await stamped.source.fetch(layer, { signal }), layer.mediaType, NO_CONTENT, signal);
      const sizes = Object.entries(files).flatMap(([path, { kind, sizeBytes }]) => (kind === 'file' ? [{ path, sizeBytes }] : []));
      found.set(layer.digest, sizes.toSorted((one, other) => other.sizeBytes - one.sizeBytes).slice(0, SHOWN_FILES));
    } catch (error) {
      // A plan ignores layers that are not archives.
      if (!(error instanceof TarProblem)) throw error;
    }
  }
  return found;
}
