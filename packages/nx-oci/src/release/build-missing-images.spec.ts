import { type Task, type TaskGraph } from '@nx/devkit';

import { findMissingBuilds } from './build-missing-images';

const publish = { executor: 'nx-oci:publish', dependsOn: ['build', 'image', '^publish'] };
const api = {
  project: 'api',
  targets: { build: { executor: 'nx:run-commands' }, image: { executor: 'nx-oci:build' }, publish },
  publishTarget: publish,
};

function graphOf(...ids: readonly string[]): TaskGraph {
  const tasks = ids.map((id): [string, Task] => {
    const [project = '', target = ''] = id.split(':');
    return [id, { id, target: { project, target }, overrides: {}, outputs: [], cache: false, parallelism: true }];
  });
  return { roots: [], tasks: Object.fromEntries(tasks), dependencies: {}, continuousDependencies: {} };
}

describe('findMissingBuilds', () => {
  it('finds an image that no task of the run builds', () => {
    expect(findMissingBuilds(api, graphOf('api:nx-release-publish', 'web:image'))).toEqual([{ project: 'api', target: 'image' }]);
  });

  it('ignores images that the run builds itself', () => {
    expect(findMissingBuilds(api, graphOf('api:nx-release-publish', 'api:image'))).toEqual([]);
  });

  it('ignores a publish that needs no image', () => {
    expect(findMissingBuilds({ ...api, publishTarget: { executor: 'nx-oci:publish' } }, graphOf('api:nx-release-publish'))).toEqual([]);
  });
});
