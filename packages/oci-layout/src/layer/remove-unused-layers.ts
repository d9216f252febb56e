import { lstatIfThere } from '../folder/plain-file';
import { LayerCache, type LayerCount, type LayerRemoval } from './layer-cache';

/**
 * Removes layers that no build has used for two weeks from a folder of finished layers (`layerCache` of `buildImage`). Acts at
 * most once a day, so that it can be called after every build.
 *
 * @param folder absolute; may be missing.
 * @param nowMs in milliseconds since 1970.
 */
export async function removeUnusedLayers(folder: string, nowMs: number): Promise<void> {
  if ((await lstatIfThere(folder)) === undefined) return;
  await (await LayerCache.open(folder)).removeUnused(nowMs);
}

/**
 * Removes layers that no build has used for a time that the caller chooses, whenever it is called.
 *
 * @param folder absolute; may be missing.
 * @returns what was removed, or would be.
 */
export async function removeLayers(folder: string, removal: LayerRemoval): Promise<LayerCount> {
  if ((await lstatIfThere(folder)) === undefined) return { count: 0, bytes: 0 };
  return (await LayerCache.open(folder)).removeLayers(removal);
}
