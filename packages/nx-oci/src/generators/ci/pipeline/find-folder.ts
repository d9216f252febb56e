import { isOciError } from '@nx-oci/model';
import { runGit } from '@nx-oci/publish';

/** The path of the workspace in its git repository: `web/shop`; empty if it is the root, or not in a repository. */
export async function findFolder(workspaceRoot: string): Promise<string> {
  try {
    const { ok, stdout } = await runGit(workspaceRoot, ['rev-parse', '--show-prefix']);
    return ok ? stdout.trim().replace(/\/$/, '') : '';
  } catch (error) {
    // Without git there is no repository around the workspace.
    if (isOciError(error, 'GIT_UNAVAILABLE')) return '';
    throw error;
  }
}

/** The path from the workspace to the root of its repository: `../../`. */
export function toRepository(folder: string): string {
  return folder === '' ? '' : '../'.repeat(folder.split('/').length);
}
