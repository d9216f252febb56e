import { type RegistryWarning } from '@nx-oci/distribution';

/** What registries want their users to know, a line each; empty where they have nothing to say. */
export function renderWarnings(warnings: readonly RegistryWarning[]): string {
  return warnings.map(({ registry, text }) => `${registry} says: ${text}`).join('\n');
}
