import { type FileSet } from '../image-inputs/file-set';
import { type SortedFiles } from '../image-inputs/sort-files';
import { type Reason } from './plan-schema';
import { type WatchedFiles } from '../image-inputs/watch-files';

/** Which changed files affect an image, and the projects they belong to. Pure. */
export function findCauses({ byProject, all }: SortedFiles, watched: WatchedFiles): readonly Reason[] {
  const own: string[] = [];
  const dependencies: string[] = [];
  const claimed = new Set<string>();
  for (const [project, sets] of watched.byProject) {
    const found = (byProject.get(project) ?? []).filter(({ fromRoot }) => fromRoot === '' || hasAny(sets, fromRoot));
    if (found.length === 0) continue;
    for (const { file } of found) claimed.add(file);
    if (project === watched.project) own.push(...found.map(({ file }) => file));
    else dependencies.push(project);
  }
  // Other projects may also name a file of a project, relative to the workspace root.
  const workspace = all.filter((file) => !claimed.has(file) && hasAny(watched.workspace, file));
  return [
    ...(own.length === 0 ? [] : [{ kind: 'files', files: own } as const]),
    ...(dependencies.length === 0 ? [] : [{ kind: 'dependency', projects: dependencies.sort() } as const]),
    ...(workspace.length === 0 ? [] : [{ kind: 'workspace', files: workspace } as const]),
  ];
}

function hasAny(sets: readonly FileSet[], file: string): boolean {
  return sets.some((set) => set.has(file));
}
