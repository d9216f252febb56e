import { type Connection } from '../../connection/open-connection';
import { type SharingPatience } from './shared-downloads';

/** Everything that a copy needs from outside. */
export interface CopyContext extends Pick<Connection, 'client' | 'memory'> {
  /** For people; may hold several lines. */
  readonly print: (text: string) => void;
  readonly now: () => number;
  /** How long targets wait for one another to read a source together; by default, moments. */
  readonly sharing?: SharingPatience;
  readonly signal?: AbortSignal;
}
