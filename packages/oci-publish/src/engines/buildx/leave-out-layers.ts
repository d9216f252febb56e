import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { SavedImage, SavedLayer } from '@nx-oci/layout';
import { algorithmOf, hexOf, type Digest } from '@nx-oci/model';

/**
 * Keeps layers from being exported into a folder, where they would travel from the builder for nothing: empty files in their
 * place. The client of BuildKit asks for no blob whose file is there.
 *
 * @see https://github.com/containerd/containerd/blob/v2.1.4/plugins/content/local/store.go (Writer)
 */
export async function leaveOutLayers(folder: string, layers: readonly Digest[]): Promise<void> {
  for (const layer of layers) {
    const file = join(folder, 'blobs', algorithmOf(layer), hexOf(layer));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, '');
  }
}

/**
 * An image that was exported without some layers. They are only needed if it turns out that they are not those of a base.
 *
 * @param exportWhole exports it again, with all layers.
 */
export function withLeftOut(
  image: SavedImage,
  leftOut: ReadonlySet<Digest>,
  exportWhole: () => Promise<SavedImage | undefined>,
): SavedImage {
  const layers = image.layers.map((layer, index): SavedLayer => {
    if (layer.descriptor === undefined || !leftOut.has(layer.descriptor.digest)) return layer;
    const open = async () => {
      const whole = (await exportWhole())?.layers[index];
      if (whole === undefined) throw new Error('another image than before');
      return whole.open();
    };
    return { ...layer, open };
  });
  return { ...image, layers };
}
