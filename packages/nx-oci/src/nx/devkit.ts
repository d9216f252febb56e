/**
 * What generators use of Nx at run time. From `nx` itself, like @nx/devkit, which is not installed in every workspace, and which
 * npm would install in another version with Nx 22.
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
  updateProjectConfiguration,
  writeJson,
} from 'nx/src/devkit-exports';

export { version as NX_VERSION } from 'nx/package.json';
