import { ownChanges } from './own-changes';
import { type WorkspaceGraph } from './workspace-graph';

const image = (options: object) => ({ executor: 'nx-oci:build', dependsOn: ['build'], options });
const publish = { executor: 'nx-oci:publish', dependsOn: ['image'] };
const build = { executor: 'x', inputs: ['default', '^default', '{workspaceRoot}/version.txt'], dependsOn: ['^build'] };

const GRAPH: WorkspaceGraph = {
  projects: {
    api: {
      root: 'apps/api',
      targets: {
        build,
        image: image({ dockerfile: 'docker/api.Dockerfile', secrets: [{ id: 'a', src: 'apps/api/.token' }] }),
        publish,
        'nx-release-publish': { executor: 'nx-oci:release-publish', dependsOn: ['image'] },
      },
    },
    web: { root: 'apps/web', targets: { image: image({ layers: [{ from: 'certs', to: '/' }] }), publish } },
    near: { root: 'libs/near', targets: { build } },
    far: { root: 'libs/far', targets: { build } },
  },
  dependencies: { api: ['near'], near: ['far'] },
  nxJson: {},
};

const changed = ['gha-creds-0a1b.json', 'README.md', 'apps/api/.token', 'apps/web/main.ts', 'certs/ca.pem'];
const ownOf = (project: string, target: string, ...more: readonly string[]) => ownChanges(GRAPH)(project, target, [...changed, ...more]);

describe('the changed files of an image', () => {
  it('do not include unrelated files or secrets', () => {
    expect(ownOf('api', 'publish')).toEqual([]);
    expect(ownChanges(GRAPH)('api', 'publish', [])).toEqual([]);
  });

  it.each([
    ['a file of the project', 'apps/api/src/main.ts'],
    ['a library two steps away', 'libs/far/src/index.ts'],
    ['a file of the workspace that an input of its build names', 'version.txt'],
    ['a Dockerfile that an option names', 'docker/api.Dockerfile'],
    ['the lock file', 'package-lock.json'],
    ['a file above the workspace that nothing names, never', '../notes.md'],
  ])('are %s, for a publish and for a release', (what, file) => {
    const own = what.endsWith('never') ? [] : [file];
    expect(ownOf('api', 'publish', file)).toEqual(own);
    expect(ownOf('api', 'nx-release-publish', file)).toEqual(own);
  });

  it('are determined for each image', () => {
    expect(ownOf('web', 'publish')).toEqual(['apps/web/main.ts', 'certs/ca.pem']);
  });
});
