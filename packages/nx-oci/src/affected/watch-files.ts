import { fileSet, type FileSet } from './file-set';
import { neededTasks } from './needed-tasks';
import { readInputs, type OtherInput } from './read-inputs';
import { allDependencies, namedProjects, type WorkspaceGraph } from './workspace-graph';

/** The files that an image is made of, as far as the graph and `inputs` tell. */
export interface WatchedFiles {
  readonly project: string;
  /** By project, its own included; files from its root. */
  readonly byProject: ReadonlyMap<string, readonly FileSet[]>;
  /** From the workspace root. */
  readonly workspace: readonly FileSet[];
}

// Nx runs everything, or nearly so, when one of these changes, whatever `inputs` say.
const FOR_EVERYBODY = ['nx.json', 'package-lock.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb', 'tsconfig.base.json'];

/** Finds the files whose change makes a new image of what a target publishes. Pure. */
export function watchFiles(graph: WorkspaceGraph, project: string, target: string): WatchedFiles {
  const byProject = new Map<string, FileSet[]>();
  const workspace = [fileSet(FOR_EVERYBODY)];
  const watch = (name: string, inputs: Parameters<typeof readInputs>[0]): readonly OtherInput[] => {
    const { own, ofWorkspace, ofOthers } = readInputs(inputs, graph.projects[name] ?? {}, graph.nxJson);
    byProject.set(name, [...(byProject.get(name) ?? []), fileSet(own)]);
    workspace.push(fileSet(ofWorkspace));
    return ofOthers;
  };
  for (const task of neededTasks(graph, project, target)) {
    for (const { projects, input } of watch(task.project, graph.projects[task.project]?.targets?.[task.target] ?? {})) {
      const meant =
        projects === 'dependencies' ? allDependencies(graph, task.project) : projects.flatMap((name) => namedProjects(graph, name));
      for (const other of meant) watch(other, { inputs: [input] });
    }
  }
  return { project, byProject, workspace };
}
