import { resolve } from 'node:path';

/** Where a workspace stores one kind of our data: in Nx's own data folder, which `nx reset` empties. Absolute. */
export function dataFolder(workspaceRoot: string, env: NodeJS.ProcessEnv, kind: 'runs' | 'hints'): string {
  const configured = env['NX_WORKSPACE_DATA_DIRECTORY'] ?? env['NX_PROJECT_GRAPH_CACHE_DIRECTORY'];
  // Relative to the workspace root, as in Nx, whatever the working folder of a process is.
  return resolve(workspaceRoot, configured ?? '.nx/workspace-data', 'nx-oci', kind);
}
