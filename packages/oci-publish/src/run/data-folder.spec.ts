import { dataFolder } from './data-folder';

describe('dataFolder', () => {
  it.each([
    [{}, '/repo/.nx/workspace-data/nx-oci/runs'],
    [{ NX_WORKSPACE_DATA_DIRECTORY: '/data' }, '/data/nx-oci/runs'],
    [{ NX_WORKSPACE_DATA_DIRECTORY: '.cache/nx' }, '/repo/.cache/nx/nx-oci/runs'],
    [{ NX_WORKSPACE_DATA_DIRECTORY: '../data' }, '/data/nx-oci/runs'],
    [{ NX_WORKSPACE_DATA_DIRECTORY: '' }, '/repo/nx-oci/runs'],
    [{ NX_PROJECT_GRAPH_CACHE_DIRECTORY: 'graph' }, '/repo/graph/nx-oci/runs'],
    [{ NX_WORKSPACE_DATA_DIRECTORY: '/data', NX_PROJECT_GRAPH_CACHE_DIRECTORY: 'graph' }, '/data/nx-oci/runs'],
  ])('is in the data folder of Nx, whatever the working folder: %j', (env, folder) => {
    expect(dataFolder('/repo', env, 'runs')).toBe(folder);
  });
});
