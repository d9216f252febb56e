/**
 * What inference takes from Nx at run time. By their own files: Nx loads the plugin for every command, and all of its
 * devkit costs ten times as long.
 */
export { createNodesFromFiles } from 'nx/src/project-graph/plugins/utils';
export { parseJson } from 'nx/src/utils/json';
export { detectPackageManager } from 'nx/src/utils/package-manager';
