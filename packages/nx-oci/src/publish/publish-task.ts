import { type WrittenTagRule } from '../tags/tag-rule';

/** The options of `nx-oci:publish` as a user writes them. */
export interface PublishOptions {
  readonly image?: string;
  readonly registries?: readonly string[];
  readonly tags?: readonly WrittenTagRule[];
  readonly release?: string;
  readonly prefix?: string;
  readonly defaultBranch?: string;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly prune?: boolean;
}

/** One publish task of Nx: a project and what it was asked. */
export interface PublishTask {
  readonly taskId: string;
  readonly project: string;
  /** Folder of the project, relative to the workspace root. */
  readonly projectRoot: string;
  /** The target that builds the image, for hints: `api:image`. */
  readonly options: PublishOptions;
}
