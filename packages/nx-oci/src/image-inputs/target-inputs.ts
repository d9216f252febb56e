import { type TargetConfiguration } from '@nx/devkit';

import { namedPaths } from './named-paths';

type Input = NonNullable<TargetConfiguration['inputs']>[number];

/** What the tasks before an image made: Nx hashes no output by itself, so that an image would outlive what it is made of. */
export const OUTPUTS_OF_DEPENDENCIES = { dependentTasksOutputFiles: '**/*', transitive: true } as const;

/**
 * The `inputs` of an image and its publish, for targets that we infer or write: the project and what it depends on, what the
 * tasks before it make, and what its options name outside of the project. Pure.
 *
 * Since Nx 24 a target is affected only when a change reaches its inputs.
 *
 * @param options of the image target, as written; none where another target's inputs say what they name.
 */
export function targetInputs(options?: object, projectRoot = '.'): Input[] {
  const named = options === undefined ? [] : namedPaths(options, projectRoot);
  const outside = named.filter(({ path, isSecret }) => isSecret !== true && !path.startsWith('..') && !isWithin(path, projectRoot));
  return ['default', '^default', OUTPUTS_OF_DEPENDENCIES, ...outside.flatMap(({ path }) => filesets(path))];
}

/** A path may be a file or a folder, which differs from machine to machine where a build makes it. */
function filesets(path: string): readonly Input[] {
  return path === '.' ? ['{workspaceRoot}/**/*'] : [`{workspaceRoot}/${path}`, `{workspaceRoot}/${path}/**/*`];
}

/** Whether a path is a folder, or lies in it; both from the workspace root. */
export function isWithin(path: string, folder: string): boolean {
  return folder === '.' ? !path.startsWith('..') : path === folder || path.startsWith(`${folder}/`);
}
