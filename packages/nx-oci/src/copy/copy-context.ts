import { type RegistryClient } from '@nx-oci/distribution';

/** Everything that a copy needs from outside. */
export interface CopyContext {
  readonly client: RegistryClient;
  /** For people; may hold several lines. */
  readonly print: (text: string) => void;
  readonly now: () => number;
  readonly signal?: AbortSignal;
}
