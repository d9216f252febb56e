import { asTyped } from '@nx-oci/publish';

/** Warnings about a run, each once and on a line of its own. */
export function renderWarnings(warnings: readonly string[], env: NodeJS.ProcessEnv): string {
  return asTyped([...new Set(warnings)].map((warning) => `Warning: ${warning}`).join('\n'), env);
}
