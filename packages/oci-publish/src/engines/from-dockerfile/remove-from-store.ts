import { isOciError } from '@nx-oci/model';

import { removeFromContainersStore } from '../containers/remove-image';
import type { DockerContext } from '../docker/docker-call';
import { readEngineFacts } from '../docker/engine-facts';
import { removeImage } from '../docker/remove-image';
import type { StoreRemoval } from '../dockerfile/dockerfile-tool';
import type { EngineName } from '../options/engine-names';
import type { ImageOutput } from '../image/image-record';

/**
 * Takes the local name of an image out of the store of the tool that built it, and the image where nothing else uses it.
 * On a machine that only got the image from a cache the tool may not be there: then nor is the image. An engine that does not
 * answer keeps what it may have.
 */
export async function removeFromStore(
  context: DockerContext,
  engine: EngineName,
  { name, imageId }: ImageOutput & { readonly name: string },
): Promise<StoreRemoval> {
  try {
    if (engine === 'podman' || engine === 'buildah') return await removeFromContainersStore({ ...context, tool: engine }, name);
    if (imageId === undefined) return { kind: 'absent' };
    // A look at an image that fails does not say whether an engine was there.
    await readEngineFacts(context);
    return await removeImage(context, imageId, [name]);
  } catch (error) {
    if (isOciError(error, 'ENGINE_MISSING')) return { kind: 'absent' };
    if (isOciError(error, 'ENGINE_UNREACHABLE')) return { kind: 'kept', reason: 'no Docker Engine answers' };
    throw error;
  }
}
