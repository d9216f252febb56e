/**
 * The folder that all spec files of one jest run share: the archives and a workspace to copy, since packing and installing take
 * longer than most specs. jest passes only the environment from its set-up to the specs.
 */
const VARIABLE = 'NX_OCI_E2E_FOLDER';

export function setSharedFolder(folder: string): void {
  process.env[VARIABLE] = folder;
}

export function sharedFolder(): string {
  const folder = process.env[VARIABLE];
  if (folder === undefined) throw new Error('These specs need their set-up: npx jest --selectProjects e2e');
  return folder;
}
