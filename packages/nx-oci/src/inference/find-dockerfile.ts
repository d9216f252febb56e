import { posix } from 'node:path';

import { type NxJsonConfiguration } from '@nx/devkit';
import { DOCKERFILE_NAMES } from '@nx-oci/publish';

import { type NormalizedPluginOptions } from './plugin-options';
import { defaultsOf, type Targets } from './written-targets';

/** What is known of a project when its targets are inferred. */
export interface ProjectFacts {
  /** From the workspace root. */
  readonly root: string;
  /** Those in its own files. */
  readonly targets: Targets;
  /** Whether its folder has a file of this name. */
  readonly has: (name: string) => boolean;
}

interface Settings {
  readonly options: Pick<NormalizedPluginOptions, 'imageTargetName'>;
  readonly targetDefaults: NxJsonConfiguration['targetDefaults'];
}

/**
 * The Dockerfile of a project, from the workspace root: the one in its folder, or the one that its image target names, wherever
 * and however named it is, such as one that several projects share. `undefined` if it has none. Pure.
 *
 * A target that names an executor is complete, and nothing is added to it; Nx drops one without an executor, unless it is inferred.
 */
export function findDockerfile({ root, targets, has }: ProjectFacts, { options, targetDefaults }: Settings): string | undefined {
  const beside = DOCKERFILE_NAMES.find(has);
  if (beside !== undefined) return posix.join(root, beside);
  const { imageTargetName } = options;
  const target = targets[imageTargetName] ?? {};
  const executor = target.executor ?? target.command ?? defaultsOf(imageTargetName, undefined, targetDefaults).executor;
  if (executor !== undefined) return undefined;
  const { dockerfile } = (target.options ?? {}) as { readonly dockerfile?: unknown };
  return typeof dockerfile === 'string' ? dockerfile : undefined;
}
