import { type WorkspaceGraph } from './workspace-graph';

/** A file of a project. */
interface OwnedFile {
  /** From the workspace root. */
  readonly file: string;
  /** Relative to the root of the project; `''` is the whole project. */
  readonly fromRoot: string;
}

/** Changed files, by the projects that they belong to. */
export interface SortedFiles {
  readonly byProject: ReadonlyMap<string, readonly OwnedFile[]>;
  /** All of them, each once, including those outside of projects. */
  readonly all: readonly string[];
}

/**
 * Sorts files by project: a file belongs to the project with the closest root. A submodule, which git names as one file, belongs
 * to all projects in it. Created once for a workspace, used for each list of files.
 */
export function fileSorter({ projects }: Pick<WorkspaceGraph, 'projects'>): (files: readonly string[]) => SortedFiles {
  const roots = new Map(Object.entries(projects).map(([project, { root }]) => [root.replace(/\/+$/, ''), project]));
  const within = projectsWithin(roots);
  return (files) => {
    const byProject = new Map<string, OwnedFile[]>();
    const give = (project: string, owned: OwnedFile): void => {
      byProject.set(project, byProject.get(project) ?? []);
      byProject.get(project)?.push(owned);
    };
    for (const file of files) {
      const owner = findOwner(roots, file);
      if (owner !== undefined) give(owner.project, { file, fromRoot: owner.fromRoot });
      for (const project of within.get(file) ?? []) give(project, { file, fromRoot: '' });
    }
    return { byProject, all: [...new Set(files)] };
  };
}

function findOwner(roots: ReadonlyMap<string, string>, file: string): { readonly project: string; readonly fromRoot: string } | undefined {
  const parts = file.split('/');
  for (let depth = parts.length - 1; depth >= 0; depth--) {
    const project = roots.get(depth === 0 ? '.' : parts.slice(0, depth).join('/'));
    if (project !== undefined) return { project, fromRoot: parts.slice(depth).join('/') };
  }
  return undefined;
}

/** By folder: the projects in it, or at it. */
function projectsWithin(roots: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const [root, project] of roots) {
    const parts = root.split('/');
    for (let depth = 1; depth <= parts.length; depth++) {
      const folder = parts.slice(0, depth).join('/');
      found.set(folder, [...(found.get(folder) ?? []), project]);
    }
  }
  return found;
}
