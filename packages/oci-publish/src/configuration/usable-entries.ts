import { isOciError } from '@nx-oci/model';

import { type Registries } from './registries';
import { type RegistryEntry } from './registry-entry';

/** All entries that can be used here; entries that only other tasks need may lack variables. */
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
