import { type Repository } from '@nx-oci/distribution';

import { type RegistryEntry } from '../../configuration/registries';

/** One place that an image goes to: a repository on a registry of registries.yaml. */
export interface Destination {
  readonly entry: RegistryEntry;
  readonly repository: Repository;
}

/** `host/namespace/image`, for the user. */
export function describeDestination({ repository }: Destination): string {
  return `${repository.registry}/${repository.repository}`;
}
