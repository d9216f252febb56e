import { type FileSet } from './file-set';
import { type Reason } from './image-status';
import { type WatchedFiles } from './watch-files';
import { type WorkspaceGraph } from './workspace-graph';

/** Which changed files make a new image, and whose they are. Pure. @param files from the workspace root */
export function findCauses(files: readonly string[], watched: WatchedFiles, owners: FileOwners): readonly Reason[] {
  const own: string[] = [];
  const dependencies = new Set<string>();
  const workspace: string[] = [];
  for (const file of files) {
    const meant = owners
      .ownersOf(file)
      .filter((owner) => owner.file === '' || hasAny(watched.byProject.get(owner.project), owner.file))
      .map(({ project }) => project)
      .filter((project) => watched.byProject.has(project));
    if (meant.includes(watched.project)) own.push(file);
    for (const project of meant) if (project !== watched.project) dependencies.add(project);
    if (meant.length === 0 && hasAny(watched.workspace, file)) workspace.push(file);
  }
  return [
    ...(own.length === 0 ? [] : [{ kind: 'files', files: own } as const]),
    ...(dependencies.size === 0 ? [] : [{ kind: 'dependency', projects: [...dependencies].sort() } as const]),
    ...(workspace.length === 0 ? [] : [{ kind: 'workspace', files: workspace } as const]),
  ];
}

function hasAny(sets: readonly FileSet[] | undefined, file: string): boolean {
  return sets?.some((set) => set.has(file)) === true;
}

/** A project, and a file from its root; `''` is all of the project. */
interface OwnedFile {
  readonly project: string;
  readonly file: string;
}

/** Whose file is whose: that of the project whose root is closest. */
export interface FileOwners {
  /**
   * @returns nobody for a file of the workspace itself; all projects in it for a submodule, which git names as one file
   */
  ownersOf(file: string): readonly OwnedFile[];
}

export function fileOwners({ projects }: Pick<WorkspaceGraph, 'projects'>): FileOwners {
  const roots = new Map(Object.entries(projects).map(([project, { root }]) => [root.replace(/\/+$/, ''), project]));
  const closest = (file: string): readonly OwnedFile[] => {
    const parts = file.split('/');
    for (let depth = parts.length - 1; depth >= 0; depth--) {
      const project = roots.get(depth === 0 ? '.' : parts.slice(0, depth).join('/'));
      if (project !== undefined) return [{ project, file: parts.slice(depth).join('/') }];
    }
    return [];
  };
  return {
    ownersOf: (file) => {
      const within = [...roots].filter(([root]) => root === file || root.startsWith(`${file}/`));
      return [...closest(file), ...within.map(([, project]) => ({ project, file: '' }))];
    },
  };
}
