/**
 * What generators take from Nx at run time. From `nx` itself, where @nx/devkit has it from: that package is not in every
 * workspace, and with Nx 22 npm would install one of another version.
 */
export {
  createProjectGraphAsync,
  detectPackageManager,
  getProjects,
  globAsync,
  joinPathFragments,
  logger,
  parseJson,
  readJson,
  readNxJson,
  updateNxJson,
  writeJson,
} from 'nx/src/devkit-exports';

export { version as NX_VERSION } from 'nx/package.json';
