import { isOciError } from '@nx-oci/model';

import { removeFromContainersStore } from '../containers/remove-image';
import type { DockerContext } from '../docker/docker-call';
import { removeImage } from '../docker/remove-image';
import type { StoreRemoval } from '../dockerfile/dockerfile-tool';
import type { EngineName } from '../options/engine-names';
import type { ImageOutput } from '../image/image-record';

/**
 * Takes the local name of an image out of the store of the tool that built it, and the image where nothing else uses it.
 * On a machine that only got the image from a cache the tool may not be there: then nor is the image.
 */
export async function removeFromStore(
  context: DockerContext,
  engine: EngineName,
  { name, imageId }: ImageOutput & { readonly name: string },
): Promise<StoreRemoval> {
  try {
    if (engine === 'podman' || engine === 'buildah') return await removeFromContainersStore({ ...context, tool: engine }, name);
    return imageId === undefined ? { kind: 'absent' } : await removeImage(context, imageId, [name]);
  } catch (error) {
    if (isOciError(error, 'ENGINE_MISSING', 'ENGINE_UNREACHABLE')) return { kind: 'absent' };
    throw error;
  }
}
