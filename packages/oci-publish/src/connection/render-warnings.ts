import { type RegistryWarning } from '@nx-oci/distribution';

/** The warnings of registries to their users, one line each; empty if there are none. */
export function renderWarnings(warnings: readonly RegistryWarning[]): string {
  return warnings.map(({ registry, text }) => `${registry} says: ${text}`).join('\n');
}
