import { formatOwnParts, ownPartsOf } from '@nx-oci/layout';
import { makeAnnotations, type Digest } from '@nx-oci/model';

import type { FoundBase } from '../base/load-base';
import { digestBuild, digestIndexBuild } from '../names/digest-build';
import type { NativeBuildOptions, NativePlatform } from '../options/native-options';
import { describeNativeBuild } from './describe-build';

type Texts = Readonly<Record<string, string>>;

/** The image for one platform, with its labels and annotations. */
export interface NamedPlatform {
  readonly of: NativePlatform;
  readonly base: FoundBase | undefined;
  readonly build: Digest;
  readonly labels: Texts;
  /** The same as its labels, where one request reads them. */
  readonly annotations: Texts;
  /** Annotations of its entry in an index: each platform has a base image of its own. */
  readonly ofEntry?: Texts;
}

/**
 * Labels and annotations of the image of each platform, the same as of a build for that platform alone. No commit and no time:
 * `publish` knows those.
 *
 * @param bases of the platforms, in their order; none for `scratch`.
 */
export function nameImages(
  options: NativeBuildOptions,
  bases: readonly FoundBase[],
  { project, workspaceRoot }: { readonly project: string; readonly workspaceRoot: string },
): readonly NamedPlatform[] {
  const { labels, annotations } = options;
  return options.platforms.map((of, index) => {
    const base = bases[index];
    const baseDigest = base?.image.manifest.descriptor.digest;
    const build = digestBuild(describeNativeBuild(options, of, workspaceRoot, baseDigest));
    // A base of this workspace gets its digest in registries when it is published.
    const origin = base?.workspaceImage === undefined ? makeAnnotations({ baseName: base?.reference, baseDigest }) : {};
    const identity = makeAnnotations({ project, build });
    return {
      of,
      base,
      build,
      labels: { ...origin, ...labels, ...identity },
      annotations: { ...origin, ...annotations, ...identity, ...(base?.reference !== undefined && describeOwn(options, of)) },
      ...(baseDigest !== undefined && base?.workspaceImage === undefined && { ofEntry: makeAnnotations({ baseDigest }) }),
    };
  });
}

/** So that the image can be put on a newer version of its base without a build. */
function describeOwn({ config, labels }: NativeBuildOptions, { layers }: NativePlatform): Texts {
  return makeAnnotations({ own: formatOwnParts(ownPartsOf(config, labels, layers.length)) });
}

/** The same for an index over them. The base of each is in its entry. */
export function nameIndex(
  images: readonly NamedPlatform[],
  { annotations }: NativeBuildOptions,
  project: string,
): { readonly build: Digest; readonly annotations: Texts } {
  const build = digestIndexBuild(images.map((image) => image.build));
  const origin = makeAnnotations({ baseName: images[0]?.base?.reference });
  return { build, annotations: { ...origin, ...annotations, ...makeAnnotations({ project, build }) } };
}
