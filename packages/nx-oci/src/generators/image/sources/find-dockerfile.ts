import { posix } from 'node:path';

import { joinPathFragments } from '../../../nx/devkit';
import { type App } from '../options/kind';

/** The Dockerfile of a project, from the workspace root. */
export interface FoundDockerfile {
  readonly file?: string;
  /** Several candidates, or a named file that does not exist. */
  readonly problem?: string;
}

const USUAL = ['Dockerfile', 'Containerfile'];
// `Dockerfile.api`, `api.Dockerfile`
const OTHER = /^(?:Dockerfile|Containerfile)[.-][\w.-]+$|^[\w.-]+\.(?:Dockerfile|Containerfile)$/i;
const IGNORE_FILE = /\.(?:docker|container)ignore$/;

type ProjectFolder = Pick<App, 'tree' | 'project'>;

/** The Dockerfile of a project with a usual name. */
export function usualDockerfile({ tree, project }: ProjectFolder): string | undefined {
  return USUAL.map((file) => joinPathFragments(project.root, file)).find((path) => tree.exists(path) && tree.isFile(path));
}

/** The Dockerfile that `--dockerfile` names, else that of the project: one with a usual name, else the only one with another name. */
export function findDockerfile({ tree, name, project, options }: Pick<App, 'tree' | 'name' | 'project' | 'options'>): FoundDockerfile {
  const isFile = (path: string): boolean => tree.exists(path) && tree.isFile(path);
  if (options.dockerfile !== undefined) {
    const path = posix.normalize(options.dockerfile.replaceAll('\\', '/'));
    const file = [path, joinPathFragments(project.root, path)].find(isFile);
    return file === undefined
      ? { problem: `\`--dockerfile\` names ${path}, which does not exist → name a file from the workspace root` }
      : { file };
  }
  const usual = usualDockerfile({ tree, project });
  if (usual !== undefined) return { file: usual };
  const list = (folder: string): readonly string[] =>
    folder === '.' || (tree.exists(folder) && !tree.isFile(folder))
      ? tree
          .children(folder === '.' ? '' : folder)
          .filter((child) => (OTHER.test(child) || (USUAL.includes(child) && folder !== project.root)) && !IGNORE_FILE.test(child))
          .map((child) => joinPathFragments(folder, child))
          .filter(isFile)
      : [];
  const own = project.root === '.' ? list('.') : [project.root, joinPathFragments(project.root, 'docker')].flatMap(list);
  const [first, ...others] = own.length > 0 ? own : sharedFor(posix.basename(name), ['.', 'docker'].flatMap(list));
  if (first === undefined || others.length === 0) return first === undefined ? {} : { file: first };
  return { problem: `it has several Dockerfiles → name one: ${[first, ...others].map((file) => `--dockerfile=${file}`).join(', ')}` };
}

/** Those with the name of a project, in a folder for all projects: `docker/api.Dockerfile`. */
function sharedFor(name: string, files: readonly string[]): readonly string[] {
  return files.filter((file) => posix.basename(file).split('.').includes(name));
}
