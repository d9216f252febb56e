import { type ExpectedPart } from '../../engines/names/expected-part';
import { type Released } from '../../tags/versions/released';
import { type PublishOptions } from './publish-options';

/** One publish task of Nx: a project and its options. */
export interface PublishTask {
  readonly taskId: string;
  readonly project: string;
  /** Folder of the project, relative to the workspace root. */
  readonly projectRoot: string;
  /** As written. */
  readonly options: PublishOptions;
  /**
   * Whether `force` is in the target, not on the command line: it then overrides all guards of floating tags except
   * the one for platforms.
   */
  readonly isForcedByTarget?: boolean;
  /** The parts that its image is merged from, in the order of the index; absent if one task makes all of it. */
  readonly parts?: readonly ExpectedPart[];
  /** The decision of `nx release`; absent elsewhere. */
  readonly released?: Released;
}
