import { type TargetConfiguration } from '@nx/devkit';
import { type BuiltTags, type PublishOptions, type Released, type ReleasePattern } from '@nx-oci/publish';

import { decideRelease } from './decide-release';
import { findPublishTarget } from './find-publish-target';
import { type ReleaseOptions } from './release-options';

/** A release task of the run, in this process or in another. */
export interface ReleaseTask {
  readonly taskId: string;
  readonly project: string;
  readonly options: ReleaseOptions;
  readonly targets: Readonly<Record<string, TargetConfiguration>>;
  /** The version in the project's package.json. */
  readonly projectVersion: string | undefined;
  readonly hasDockerVersions: boolean;
  /** The patterns of the project's release tags. */
  readonly patterns: readonly ReleasePattern[];
}

/** The decision of a release task. */
export type ReleaseChoice =
  | { readonly kind: 'publish'; readonly target: string; readonly released: Released }
  | { readonly kind: 'skip'; readonly reason: string }
  | { readonly kind: 'problem'; readonly problem: string };

/**
 * Decides, for one release task, what is published under which version, or why nothing is. Pure: all processes of a run agree on
 * the images to wait for.
 */
export function chooseRelease(task: ReleaseTask, builtTags: BuiltTags): ReleaseChoice {
  const { project, options, targets, projectVersion, patterns, hasDockerVersions } = task;
  const found = findPublishTarget(targets, options.publishTarget);
  if (found.kind === 'none') return { kind: 'skip', reason: found.reason };
  if (found.kind === 'unclear') return { kind: 'problem', problem: `${project}: ${found.problem}` };
  const written = found.target.options as Pick<PublishOptions, 'release'> | undefined;
  const release = options.publish.release ?? written?.release;
  const decision = decideRelease({
    project,
    builtTags,
    patterns,
    hasDockerVersions,
    projectVersion,
    versionData: options.versionData,
    isFirstRelease: options.isFirstRelease,
    ...(release !== undefined && { asked: release }),
  });
  return decision.kind !== 'publish' ? decision : { kind: 'publish', target: found.name, released: decision.released };
}
