import { isDeepStrictEqual } from 'node:util';

import { type TargetConfiguration, type Tree } from '@nx/devkit';

import { writeTargets } from '../image/write-targets';
import { type InferredProject } from './inferred-projects';

/**
 * Writes what inference cannot know, since plugins do not see what others infer: the tasks before an image, and a context that
 * only their outputs show. Keeps targets in the project's own files.
 *
 * @returns the files that were written
 */
export function writeResolved(tree: Tree, projects: readonly InferredProject[]): readonly string[] {
  return projects.flatMap((project) => {
    const { imageTarget, written, root } = project;
    const target = written[imageTarget] === undefined ? missingFrom(project) : {};
    if (Object.keys(target).length === 0) return [];
    return writeTargets(tree, root, { [imageTarget]: target }, false) ?? [];
  });
}

function missingFrom({ imageTarget, inferred, source, root }: InferredProject): TargetConfiguration {
  const dependsOn = source.tasksBefore.filter((name) => name !== imageTarget);
  const context = source.context.folder;
  const inferredContext = (inferred.options as { readonly context?: string } | undefined)?.context ?? root;
  return {
    ...(!isDeepStrictEqual(dependsOn, inferred.dependsOn ?? []) && { dependsOn: [...dependsOn] }),
    ...(context !== inferredContext && { options: { context } }),
  };
}
