import { isOciError } from '@nx-oci/model';

import { type Registries } from './registries';
import { type RegistryEntry } from './registry-entry';

/** Every entry that can be used here: one that only another task needs may lack its variables. */
export function usableEntries(registries: Registries): readonly RegistryEntry[] {
  return registries.names.flatMap((name) => {
    try {
      return registries.select([name]);
    } catch (error) {
      if (isOciError(error, 'CONFIGURATION_INVALID')) return [];
      throw error;
    }
  });
}
