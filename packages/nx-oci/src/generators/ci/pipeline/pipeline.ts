import { type PublishedImage } from '../../find-images';
import { type NodeVersion } from './find-node-version';
import { type PackageManager } from '../../find-package-manager';
import { type NightlyTargets } from './nightly-targets';
import { type Provider } from '../../find-provider';
import { type PartJobs } from './part-jobs';
import { type NeededVariable } from './needed-variables';

/** All values of a pipeline. */
export interface Pipeline {
  readonly provider: Provider;
  /** From the workspace root. */
  readonly file: string;
  /** The path of the workspace in its git repository; empty if it is the root. */
  readonly folder: string;
  readonly branch: string;
  /** Whether the user named the branch; otherwise a CI system may use its own default branch. */
  readonly isBranchGiven: boolean;
  /** The form of release tags: `v{version}`. */
  readonly releases: readonly string[];
  /** Names of the targets that publish. */
  readonly targets: readonly string[];
  readonly packageManager: PackageManager;
  readonly node: NodeVersion;
  /** The variables that the CI system does not set itself. */
  readonly variables: readonly NeededVariable[];
  readonly goesToGhcr: boolean;
  /** The registries on other machines whose entry has no `auth`. */
  readonly withoutLogin: readonly { readonly name: string; readonly host: string; readonly namespace: string }[];
  /** Whether every registry is on loopback, where CI has none. */
  readonly isLocalOnly: boolean;
  /** The targets of a job that renews images every night; absent for the one that publishes what changed. */
  readonly nightly?: NightlyTargets;
  readonly images: readonly PublishedImage[];
  /** Absent if one job makes and publishes all images. */
  readonly parts?: PartJobs;
}
