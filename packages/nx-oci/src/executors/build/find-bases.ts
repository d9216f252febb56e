import { OciError } from '@nx-oci/model';
import { memoize, readTextIn, type WorkspaceImage } from '@nx-oci/publish';

import { upstreamTasks, type TaskName } from '../../image-inputs/upstream-tasks';
import { type WorkspaceGraph } from '../../image-inputs/workspace-graph';
import { type OwnBase } from '../../own-bases/find-own-bases';
import { cycleError, findPath } from '../../own-bases/find-cycle';
import { imageTargetOf } from '../../own-bases/published-images';
import { refuseLackingPlatforms } from '../../own-bases/lacking-platforms';
import { readOwnBases } from '../../own-bases/read-own-bases';
import { BUILD_EXECUTOR } from '../../nx/executor-names';

/** Names the images of this workspace that an image may be based on; those that it names are built before it. */
export type FindBases = (task: TaskName, options: unknown) => Promise<readonly WorkspaceImage[]>;

interface FindingContext {
  /** Absolute. */
  readonly workspaceRoot: string;
  readonly env: NodeJS.ProcessEnv;
  /** The options of tasks that are not carried out yet. */
  readonly optionsOf?: (task: TaskName) => Readonly<Record<string, unknown>> | undefined;
}

/**
 * Finds the images of the workspace that an image is based on or copies from, and makes sure that they are built first.
 *
 * Throws OciError `OPTIONS_INVALID` for an image that is based on itself, with the lines that make it so, and for one whose target
 * does not depend on its base, with the line to add; `PLATFORM_INVALID` for one whose base will lack one of its platforms.
 */
export function baseFinder(graph: WorkspaceGraph, { workspaceRoot, env, optionsOf }: FindingContext): FindBases {
  const context = { workspaceRoot, env, readText: readTextIn(workspaceRoot) };
  const readAll = memoize(() => readOwnBases(graph.projects, context));
  return async (task, options) => {
    const { all, images } = await readOwnBases(graph.projects, context, [{ ...task, options: options as object }]);
    if (all.length > 0) {
      const others = (await readAll()).all.filter(({ project, target }) => project !== task.project || target !== task.target);
      const cycle = findPath([...all, ...others], task.project, task.project);
      if (cycle !== undefined) throw cycleError(cycle);
      const missing = all.filter((base) => !waitsFor(graph, task, base.base));
      if (missing.length > 0) throw missingDependency(task, missing, graph);
      refuseLackingPlatforms(task.project, options as Readonly<Record<string, unknown>>, all, (base, platform) => {
        const target = imageTargetOf(graph.projects, base, platform);
        return target === undefined ? undefined : optionsOf?.({ project: base, target });
      });
    }
    return images.filter(({ project }) => project !== task.project);
  };
}

function waitsFor(graph: WorkspaceGraph, { project, target }: TaskName, base: string): boolean {
  const isBuild = (task: TaskName): boolean => graph.projects[task.project]?.targets?.[task.target]?.executor === BUILD_EXECUTOR;
  return upstreamTasks(graph, project, target).some((task) => task.project === base && isBuild(task));
}

function missingDependency({ project, target }: TaskName, missing: readonly OwnBase[], graph: WorkspaceGraph): OciError {
  const lines = [...new Map(missing.map((base) => [base.base, base])).values()];
  const named = lines.map(({ where, reference, base }) => `  ${where} names ${reference}, the image of ${base}`);
  const needed = lines.map(({ base }) => `{ "projects": ["${base}"], "target": "${imageTargetOf(graph.projects, base) ?? 'image'}" }`);
  return new OciError(
    'OPTIONS_INVALID',
    [`Cannot build the image of ${project}: ${project}:${target} does not depend on the image that it is based on.`, ...named].join('\n'),
    {
      hint: `Add ${needed.join(', ')} to \`dependsOn\` of ${project}:${target}. If that target is inferred, run \`nx reset\`. To use a published image instead, name it by its digest or version.`,
    },
  );
}
