import type { Digest } from '@nx-oci/model';

import { describeDockerfileBuild } from '../dockerfile/describe-build';
import { digestBuild, digestIndexBuild } from '../names/digest-build';
import type { DockerfileOptions } from '../options/dockerfile-options';

/** What the label `dev.nx-oci.build` says of an image. */
export interface BuildDigests {
  /** Of the image, or of the index. */
  readonly build: Digest;
  /** Of the images in an index, the same as of a build for that platform alone, in the order of the index. Empty without one. */
  readonly ofPlatform: ReadonlyMap<string, Digest>;
}

/** The digests of the options of a build. */
export function digestDockerfileBuild({ platforms = [], ...options }: DockerfileOptions, workspaceRoot: string): BuildDigests {
  const digest = (one: DockerfileOptions) => digestBuild(describeDockerfileBuild(one, workspaceRoot));
  const ofPlatform = new Map(platforms.map((platform) => [platform, digest({ ...options, platform })]));
  return { build: ofPlatform.size === 0 ? digest(options) : digestIndexBuild([...ofPlatform.values()]), ofPlatform };
}
