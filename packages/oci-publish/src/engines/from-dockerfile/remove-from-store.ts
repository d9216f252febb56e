import { isOciError } from '@nx-oci/model';

import type { StoreRemoval, ToolContext } from '../dockerfile/dockerfile-tool';
import type { EngineName } from '../options/engine-names';
import type { ImageOutput } from '../image/image-record';
import { MadeImages } from '../image/made-images';
import { DOCKERFILE_TOOLS } from './dockerfile-tools';

/**
 * Removes the local name of an image from the store of the tool that built it, and the image itself if nothing else uses it. If
 * the image came from a cache, the tool may not be installed: then it has no image. An engine that does not answer keeps
 * its image.
 */
export async function removeFromStore(
  context: ToolContext,
  engine: EngineName,
  { name, imageId }: ImageOutput & { readonly name: string },
): Promise<StoreRemoval> {
  if (engine === 'native') return { kind: 'absent' };
  const image = { name, ...(imageId && { imageId }) };
  try {
    const removal = await DOCKERFILE_TOOLS[engine](context).remove(image);
    if (removal.kind !== 'kept') await new MadeImages(context.workspaceRoot).forget({ engine, ...image });
    return removal;
  } catch (error) {
    if (isOciError(error, 'ENGINE_MISSING')) return { kind: 'absent' };
    if (isOciError(error, 'ENGINE_UNREACHABLE')) return { kind: 'kept', reason: 'no Docker Engine answers' };
    throw error;
  }
}
