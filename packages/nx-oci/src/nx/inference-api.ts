/**
 * What inference uses of Nx at run time. Imported from single files: Nx loads the plugin for every command, and the whole devkit
 * takes ten times as long.
 */
export { createNodesFromFiles } from 'nx/src/project-graph/plugins/utils';
export { parseJson } from 'nx/src/utils/json';
export { detectPackageManager } from 'nx/src/utils/package-manager';
export { DependencyType } from 'nx/src/config/project-graph';
