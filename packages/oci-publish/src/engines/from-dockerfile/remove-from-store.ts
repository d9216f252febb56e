import { isOciError } from '@nx-oci/model';

import type { StoreRemoval, ToolContext } from '../dockerfile/dockerfile-tool';
import type { EngineName } from '../options/engine-names';
import type { ImageOutput } from '../image/image-record';
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
  try {
    return engine === 'native' ? { kind: 'absent' } : await DOCKERFILE_TOOLS[engine](context).remove({ name, ...(imageId && { imageId }) });
  } catch (error) {
    if (isOciError(error, 'ENGINE_MISSING')) return { kind: 'absent' };
    if (isOciError(error, 'ENGINE_UNREACHABLE')) return { kind: 'kept', reason: 'no Docker Engine answers' };
    throw error;
  }
}
