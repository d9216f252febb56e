import { resolve } from 'node:path';

/** Where a workspace keeps data of ours of one kind: in Nx's own data folder, which `nx reset` empties. Absolute. */
export function dataFolder(workspaceRoot: string, env: NodeJS.ProcessEnv, kind: 'runs' | 'hints'): string {
  const configured = env['NX_WORKSPACE_DATA_DIRECTORY'] ?? env['NX_PROJECT_GRAPH_CACHE_DIRECTORY'];
  // Nx takes it from the root of the workspace, too, whatever the folder of a process is.
  return resolve(workspaceRoot, configured ?? '.nx/workspace-data', 'nx-oci', kind);
}
