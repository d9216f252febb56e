import { isOciError } from '@nx-oci/model';

import type { StoreRemoval, ToolContext } from '../dockerfile/dockerfile-tool';
import type { EngineName } from '../options/engine-names';
import type { ImageOutput } from '../image/image-record';
import { DOCKERFILE_TOOLS } from './dockerfile-tools';

/**
 * Takes the local name of an image out of the store of the tool that built it, and the image where nothing else uses it.
 * On a machine that only got the image from a cache the tool may not be there: then nor is the image. An engine that does not
 * answer keeps what it may have.
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
