import { type Digest, type MountSource } from '@nx-oci/model';

import { type RegistryMemory } from '../../connection/memory/registry-memory';
import { type BaseRecord } from '../../engines/image/image-record';

/** Blobs, and the repository that they can be mounted from on its registry. */
export type MountableLayers = Pick<BaseRecord, 'registry' | 'repository' | 'layers'>;

/** Facts about repositories that a blob may be mounted from. */
export interface MountClues {
  readonly base?: MountableLayers;
  readonly memory: RegistryMemory;
}

/**
 * The repository of the same registry that most likely has a blob: the base's for its layers, else one that had it in an
 * earlier run, else the target repository itself, so that one request checks for it and starts the upload.
 */
export function findMountSource({ registry, repository }: MountSource, blob: Digest, { base, memory }: MountClues): string {
  const isOfBase = base?.registry === registry && base.layers.some(({ digest }) => digest === blob);
  return isOfBase ? base.repository : (memory.findRepository(registry, blob, repository) ?? repository);
}
