import { type ImageFiles } from '@nx-oci/layout';
import { type ContainerConfig, type Descriptor, type Platform } from '@nx-oci/model';

import { type FileFacts } from '../facts/file-facts';

/** An image of one platform, described by its documents. */
export interface ImageDocuments {
  readonly platform: Platform;
  readonly config: ContainerConfig;
  /** Lowest first. */
  readonly layers: readonly Descriptor[];
  /** Bytes of manifest, config and compressed layers: what a registry stores and a first pull downloads. */
  readonly sizeBytes: number;
}

/** The same, with all files of the merged layers. */
export interface TestedImage extends ImageDocuments {
  readonly files: ImageFiles<FileFacts>;
  /** Names of optional libraries and modules. */
  readonly optional: readonly string[];
}

/** A fault, and what to do about it. */
export interface Fault {
  readonly what: string;
  readonly fix: string;
  /** The output of a program, to show below. */
  readonly output?: readonly string[];
}

/** All results of the checks. */
export interface Findings {
  readonly faults: readonly Fault[];
  /** What could not be checked, and why. */
  readonly notChecked: readonly string[];
  /** Possible problems. */
  readonly doubts: readonly string[];
  /** What was checked successfully, for the user. */
  readonly proven: readonly string[];
}

export function joinFindings(all: readonly Partial<Findings>[]): Findings {
  return {
    faults: all.flatMap(({ faults = [] }) => faults),
    notChecked: all.flatMap(({ notChecked = [] }) => notChecked),
    doubts: all.flatMap(({ doubts = [] }) => doubts),
    proven: all.flatMap(({ proven = [] }) => proven),
  };
}
