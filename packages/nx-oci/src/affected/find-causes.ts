import { type Reason } from './image-status';
import { type FileSet } from './file-set';
import { type WatchedFiles, type WorkspaceGraph } from './watch-files';

/** Which changed files make a new image, and whose they are. Pure. @param files from the workspace root */
export function findCauses(files: readonly string[], watched: WatchedFiles, owners: FileOwners): readonly Reason[] {
  const own: string[] = [];
  const dependencies = new Set<string>();
  const workspace: string[] = [];
  for (const file of files) {
    const owner = owners.ownerOf(file);
    const sets = owner === undefined ? undefined : watched.byProject.get(owner.project);
    if (owner !== undefined && sets !== undefined && hasAny(sets, owner.file)) {
      if (owner.project === watched.project) own.push(file);
      else dependencies.add(owner.project);
    } else if (hasAny(watched.workspace, file)) workspace.push(file);
  }
  return [
    ...(own.length === 0 ? [] : [{ kind: 'files', files: own } as const]),
    ...(dependencies.size === 0 ? [] : [{ kind: 'dependency', projects: [...dependencies].sort() } as const]),
    ...(workspace.length === 0 ? [] : [{ kind: 'workspace', files: workspace } as const]),
  ];
}

function hasAny(sets: readonly FileSet[], file: string): boolean {
  return sets.some((set) => set.has(file));
}

/** Whose file is whose: that of the project whose root is closest. */
export interface FileOwners {
  /** @returns the project, and the file from its root; `undefined` for a file of the workspace itself */
  ownerOf(file: string): { readonly project: string; readonly file: string } | undefined;
}

export function fileOwners({ projects }: Pick<WorkspaceGraph, 'projects'>): FileOwners {
  const roots = new Map(Object.entries(projects).map(([project, { root }]) => [root.replace(/\/+$/, ''), project]));
  return {
    ownerOf: (file) => {
      const parts = file.split('/');
      for (let depth = parts.length - 1; depth >= 0; depth--) {
        const project = roots.get(depth === 0 ? '.' : parts.slice(0, depth).join('/'));
        if (project !== undefined) return { project, file: parts.slice(depth).join('/') };
      }
      return undefined;
    },
  };
}
