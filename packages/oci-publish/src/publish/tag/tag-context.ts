import { type Registries } from '../../configuration/registries';
import { type RegistryEntry } from '../../configuration/registry-entry';
import { type Connection } from '../../connection/open-connection';
import { type RegistryMemory } from '../../connection/memory/registry-memory';
import { type RunFolder } from '../../run/run-folder';
import { type StagedRecord } from '../stage/staged-record';

/** What the tags of a run are set with. */
export interface TagContext {
  readonly workspaceRoot: string;
  readonly env: NodeJS.ProcessEnv;
  readonly registries: Registries;
  /** Connects to registries; the caller closes what it gets. */
  readonly connect: (entries: readonly RegistryEntry[], memory: RegistryMemory) => Promise<Connection>;
  readonly run: RunFolder<StagedRecord>;
  /** For the user; may hold several lines. */
  readonly print: (text: string) => void;
  /** The same for what is old news when the run has ended; `print` where absent. */
  readonly mention?: (text: string) => void;
  /** Receives each error as it was thrown; the results describe it in words. */
  readonly failed?: (error: unknown) => void;
  readonly now: () => number;
  /** Aborted when the run is stopped, unless tags have begun to move. */
  readonly signal?: AbortSignal;
  /** Called before the first tag moves; from then on, the process is not stopped. */
  readonly passPointOfNoReturn?: () => void;
}
