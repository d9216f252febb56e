import { type Connection } from '../../connection/open-connection';
import { type TransferWatcher } from '../../report/progress/transfer-watcher';
import { type SharingTimeouts } from './shared-downloads';

/** The environment of a copy. */
export interface CopyContext extends Pick<Connection, 'client' | 'memory'> {
  /** For the user; may hold several lines. */
  readonly print: (text: string) => void;
  readonly now: () => number;
  /** How long targets wait for each other to read a source together; by default, some seconds. */
  readonly sharing?: SharingTimeouts;
  /** Watches the transfers. */
  readonly watcher?: TransferWatcher;
  /** Aborted when the copy is stopped, unless tags have begun to move. */
  readonly signal?: AbortSignal;
  /** Called before the first tag moves; from then on, the process is not stopped. */
  readonly passPointOfNoReturn?: () => void;
}
