import { type Repository } from '@nx-oci/distribution';

import { type RegistryEntry } from '../../configuration/registries';
import { type MemorizingRepository } from '../../connection/memory/memorize-manifests';

/** A destination of an image: a repository on a registry of registries.yaml. */
export interface Destination {
  readonly entry: RegistryEntry;
  readonly repository: Repository & Partial<Pick<MemorizingRepository, 'recallManifest'>>;
}

/** `host/namespace/image`, for the user. */
export function describeDestination({ repository }: Destination): string {
  return `${repository.registry}/${repository.repository}`;
}
