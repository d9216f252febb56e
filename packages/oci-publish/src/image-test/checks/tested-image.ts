import { type ImageFiles } from '@nx-oci/layout';
import { type ContainerConfig, type Descriptor, type Platform } from '@nx-oci/model';

import { type FileFacts } from '../facts/file-facts';

/** An image of one platform, as far as its documents tell. */
export interface ImageDocuments {
  readonly platform: Platform;
  readonly config: ContainerConfig;
  /** Lowest first. */
  readonly layers: readonly Descriptor[];
  /** Bytes of manifest, config and compressed layers: what a registry keeps and a first pull fetches. */
  readonly sizeBytes: number;
}

/** The same with all files that its layers leave. */
export interface TestedImage extends ImageDocuments {
  readonly files: ImageFiles<FileFacts>;
  /** Names of libraries and modules that its programs can do without. */
  readonly optional: readonly string[];
}

/** Something wrong, and what to do. */
export interface Fault {
  readonly what: string;
  readonly fix: string;
  /** What a program printed, to be shown below. */
  readonly said?: readonly string[];
}

/** What checks found, all of it. */
export interface Findings {
  readonly faults: readonly Fault[];
  /** What could not be found out, and why. */
  readonly notChecked: readonly string[];
  /** What may go wrong, but need not. */
  readonly doubts: readonly string[];
  /** What was found right, for people. */
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
