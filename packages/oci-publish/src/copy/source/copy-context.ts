import { type RegistryClient } from '@nx-oci/distribution';

import { type SharingPatience } from './shared-downloads';

/** Everything that a copy needs from outside. */
export interface CopyContext {
  readonly client: RegistryClient;
  /** For people; may hold several lines. */
  readonly print: (text: string) => void;
  readonly now: () => number;
  /** How long targets wait for one another to read a source together; by default, moments. */
  readonly sharing?: SharingPatience;
  readonly signal?: AbortSignal;
}
