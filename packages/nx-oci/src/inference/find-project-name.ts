import path from 'node:path';

import { parseJson } from '../nx/inference-api';

interface ProjectFile {
  readonly name?: string;
  /** Only in package.json. */
  readonly nx?: { readonly name?: string };
}

/**
 * The name of the project in a folder; `undefined` if there is no project.
 *
 * In Nx the name in project.json or package.json takes precedence over an inferred one, but a package.json outside of the package
 * manager's workspaces is not a project: with a Dockerfile beside it, we make it one, and then it must have a name. At the root,
 * package.json belongs to the workspace and is a project only with a key `nx`.
 *
 * @param root of the project, from the workspace root; `.` is the workspace itself
 * @param read returns the text of a file of that folder, if it exists
 */
export function findProjectName(root: string, read: (file: string) => string | undefined): string | undefined {
  const projectJson = parse(read('project.json'));
  const packageJson = parse(read('package.json'));
  const isProject = projectJson !== undefined || (packageJson !== undefined && (root !== '.' || packageJson.nx !== undefined));
  if (!isProject) return undefined;
  return projectJson?.name ?? packageJson?.nx?.name ?? packageJson?.name ?? folderName(root);
}

function parse(text: string | undefined): ProjectFile | undefined {
  return text === undefined ? undefined : parseJson<ProjectFile>(text);
}

function folderName(root: string): string | undefined {
  return root === '.' ? undefined : path.posix.basename(root).toLowerCase();
}
