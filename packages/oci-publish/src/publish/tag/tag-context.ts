import { type Registries } from '../../configuration/registries';
import { type RegistryEntry } from '../../configuration/registry-entry';
import { type Connection } from '../../connection/open-connection';
import { type RegistryMemory } from '../../connection/memory/registry-memory';
import { type RunFolder } from '../../run/run-folder';
import { type StagedRecord } from '../stage/staged-record';

/** The environment for setting tags. */
export interface TagContext {
  readonly workspaceRoot: string;
  readonly env: NodeJS.ProcessEnv;
  readonly registries: Registries;
  /** Connects to registries; the caller closes the connections. */
  readonly connect: (entries: readonly RegistryEntry[], memory: RegistryMemory) => Promise<Connection>;
  readonly run: RunFolder<StagedRecord>;
  /** For the user; may hold several lines. */
  readonly print: (text: string) => void;
  /** The same for messages that do not matter after the run. Default `print`. */
  readonly mention?: (text: string) => void;
  /** Receives each error as thrown; results only describe it. */
  readonly failed?: (error: unknown) => void;
  readonly now: () => number;
  /** Aborted when the run is stopped, unless tags have begun to move. */
  readonly signal?: AbortSignal;
  /** Called before the first tag moves; from then on, the process is not stopped. */
  readonly passPointOfNoReturn?: () => void;
}
