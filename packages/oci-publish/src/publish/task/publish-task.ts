import { type Released } from '../../tags/versions/released';
import { type PublishOptions } from './publish-options';

/** One publish task of Nx: a project and what it was asked. */
export interface PublishTask {
  readonly taskId: string;
  readonly project: string;
  /** Folder of the project, relative to the workspace root. */
  readonly projectRoot: string;
  /** As written. */
  readonly options: PublishOptions;
  /**
   * Whether `force` is written in the target instead of the command line: it then lifts all guards of floating tags but
   * the one against another platform.
   */
  readonly isForcedByTarget?: boolean;
  /** What `nx release` says that this is; absent elsewhere. */
  readonly released?: Released;
}
