import { isOciError } from '@nx-oci/model';
import { runGit } from '@nx-oci/publish';

/** Where the workspace is in its git repository: `web/shop`; empty where it is the root of it, or in none. */
export async function findFolder(workspaceRoot: string): Promise<string> {
  try {
    const { ok, stdout } = await runGit(workspaceRoot, ['rev-parse', '--show-prefix']);
    return ok ? stdout.trim().replace(/\/$/, '') : '';
  } catch (error) {
    // Where there is no git there is no repository around the workspace.
    if (isOciError(error, 'GIT_UNAVAILABLE')) return '';
    throw error;
  }
}

/** The way from the workspace to the root of its repository: `../../`. */
export function toRepository(folder: string): string {
  return folder === '' ? '' : '../'.repeat(folder.split('/').length);
}
