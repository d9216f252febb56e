import { lstatIfThere } from '../folder/plain-file';
import { LayerCache } from './layer-cache';

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
