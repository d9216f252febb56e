import { IMAGES_FOLDER, isWithin, namedPaths, type ReadText } from '@nx-oci/publish';

import { BUILD_EXECUTOR } from '../nx/executor-names';
import { type FileSet } from './file-set';
import { upstreamTasks } from './upstream-tasks';
import { outputsBefore } from './outputs-before';
import { fileSorter, type SortedFiles } from './sort-files';
import { targetOptions } from '../nx-run/target-options';
import { readFiles, watchFiles, type WatchedFiles } from './watch-files';
import { type WorkspaceGraph } from './workspace-graph';

/** Selects the changed files that affect an image; paths relative to the workspace root. */
export type OwnChanges = (project: string, target: string, changed: readonly string[]) => readonly string[];

/**
 * Finds the changed files that make an image differ from its commit: those in the inputs of its direct and indirect tasks, and
 * those that its options name. Secrets do not count.
 */
export function ownChanges(graph: WorkspaceGraph, readText?: ReadText): OwnChanges {
  const sort = fileSorter(graph);
  return (project, target, changed) => {
    if (changed.length === 0) return [];
    const secrets = secretsOf(graph, project, target);
    const watched = watchFiles(graph, project, target, readText);
    return filesAmong(sort(changed), watched).filter((file) => !secrets.has(file));
  };
}

/** Selects the files of the workspace that the tasks of an image read, without their outputs and secrets. */
export function imageInputs(graph: WorkspaceGraph, readText?: ReadText): OwnChanges {
  const sort = fileSorter(graph);
  return (project, target, files) => {
    const secrets = secretsOf(graph, project, target);
    const made = outputsBefore(graph, project, target);
    const isMade = (file: string): boolean => made.some(({ path }) => isWithin(file, path)) || isWithin(file, IMAGES_FOLDER);
    const read = readFiles(graph, { project, target }, readText);
    return filesAmong(sort(files), read).filter((file) => !secrets.has(file) && !isMade(file));
  };
}

function filesAmong({ byProject, all }: SortedFiles, watched: WatchedFiles): readonly string[] {
  const own = new Set(
    [...watched.byProject].flatMap(([name, sets]) =>
      (byProject.get(name) ?? []).flatMap(({ file, fromRoot }) => (fromRoot === '' || hasAny(sets, fromRoot) ? [file] : [])),
    ),
  );
  return all.filter((file) => own.has(file) || hasAny(watched.workspace, file));
}

function secretsOf(graph: WorkspaceGraph, project: string, target: string): ReadonlySet<string> {
  const named = upstreamTasks(graph, project, target).flatMap((task) => {
    const { root = '.', targets = {} } = graph.projects[task.project] ?? {};
    const image = targets[task.target];
    return image?.executor === BUILD_EXECUTOR ? namedPaths(targetOptions(image), root) : [];
  });
  return new Set(named.filter(({ isSecret }) => isSecret === true).map(({ path }) => path));
}

function hasAny(sets: readonly FileSet[], file: string): boolean {
  return sets.some((set) => set.has(file));
}
