import { type PublishedImage } from '../../find-images';
import { type NodeVersion } from './find-node-version';
import { type PackageManager } from '../../find-package-manager';
import { type Provider } from './find-provider';
import { type NeededVariable } from './needed-variables';

/** All that a pipeline is made of. */
export interface Pipeline {
  readonly provider: Provider;
  /** From the workspace root. */
  readonly file: string;
  /** Where the workspace is in its git repository; empty where it is the root of it. */
  readonly folder: string;
  readonly branch: string;
  /** Whether the branch was asked for; otherwise a CI system may put its own default branch there. */
  readonly isBranchGiven: boolean;
  /** How git tags of releases are named: `v{version}`. */
  readonly releases: readonly string[];
  /** Names of the targets that publish. */
  readonly targets: readonly string[];
  readonly packageManager: PackageManager;
  readonly node: NodeVersion;
  /** Those that the CI system does not set by itself. */
  readonly variables: readonly NeededVariable[];
  readonly goesToGhcr: boolean;
  /** Whether every registry is on the machine that publishes, where CI has none. */
  readonly isLocalOnly: boolean;
  readonly images: readonly PublishedImage[];
}
