import { findCauses } from './find-causes';
import { fileSorter } from '../image-inputs/sort-files';
import { watchFiles } from '../image-inputs/watch-files';
import { type WorkspaceGraph } from '../image-inputs/workspace-graph';

const build = { executor: 'x', inputs: ['production', '^production'], dependsOn: ['^build'] };
const image = { executor: 'nx-oci:build', inputs: ['{projectRoot}/Dockerfile'], dependsOn: ['build'] };
const publish = { executor: 'nx-oci:publish', inputs: ['{projectRoot}/Dockerfile'], dependsOn: ['image'] };

const GRAPH: WorkspaceGraph = {
  projects: {
    api: { root: 'apps/api', targets: { build, image, publish } },
    'api-tools': { root: 'apps/api/tools' },
    greeting: { root: 'libs/greeting', targets: { build } },
    words: { root: 'libs/words', targets: { build: { ...build, inputs: ['{projectRoot}/src/**', '{workspaceRoot}/words.txt'] } } },
    other: { root: 'libs/other' },
  },
  dependencies: { api: ['greeting'], greeting: ['words'], words: ['greeting'], other: ['api'] },
  nxJson: {
    namedInputs: {
      default: ['{projectRoot}/**/*', '{workspaceRoot}/tsconfig.base.json'],
      production: ['default', '!{projectRoot}/**/*.spec.ts'],
    },
  },
};

const causesIn = (graph: WorkspaceGraph, project: string, files: readonly string[]) =>
  findCauses(fileSorter(graph)(files), watchFiles(graph, project, 'publish'));
const causesOf = (...files: readonly string[]) => causesIn(GRAPH, 'api', files);

describe('the cause of a new image', () => {
  it.each([
    ['a file of the project', ['apps/api/src/main.ts'], [{ kind: 'files', files: ['apps/api/src/main.ts'] }]],
    ['a file of its Dockerfile alone', ['apps/api/Dockerfile'], [{ kind: 'files', files: ['apps/api/Dockerfile'] }]],
    ['a project that it depends on', ['libs/greeting/a.ts'], [{ kind: 'dependency', projects: ['greeting'] }]],
    ['one further away', ['libs/words/src/a.ts', 'libs/greeting/a.ts'], [{ kind: 'dependency', projects: ['greeting', 'words'] }]],
    ['a file of the workspace that its inputs name', ['tsconfig.base.json'], [{ kind: 'workspace', files: ['tsconfig.base.json'] }]],
    ['one that the inputs of a dependency name', ['words.txt'], [{ kind: 'workspace', files: ['words.txt'] }]],
    ['the lock file, and nx.json', ['pnpm-lock.yaml', 'nx.json'], [{ kind: 'workspace', files: ['pnpm-lock.yaml', 'nx.json'] }]],
  ])('%s', (_what, files, causes) => expect(causesOf(...files)).toEqual(causes));

  it.each([
    ['what the inputs leave out', ['apps/api/src/main.spec.ts', 'libs/greeting/a.spec.ts']],
    ['a project within the folder of another', ['apps/api/tools/a.ts']],
    ['a project that depends on it', ['libs/other/a.ts']],
    ['other files of the workspace', ['README.md', 'docs/a.md']],
  ])('is not %s', (_what, files) => expect(causesOf(...files)).toEqual([]));

  it.each([
    ['a Dockerfile elsewhere', { dockerfile: 'Dockerfile', context: 'dist/x' }, 'Dockerfile'],
    ['its ignore file', { dockerfile: 'docker/api.Dockerfile' }, 'docker/api.Dockerfile.dockerignore'],
    ['a context elsewhere', { engine: 'podman', context: 'deploy/[api]' }, 'deploy/[api]/nginx.conf'],
    ['the source of a layer', { layers: [{ from: 'certs', to: '/' }] }, 'certs/ca.pem'],
    ['a layout to stand on', { base: 'layout:bases/node' }, 'bases/node/index.json'],
  ])('is %s named by an option, whatever the inputs are', (_what, options, file) => {
    const targets = { build, image: { ...image, options }, publish };
    const graph = { ...GRAPH, projects: { ...GRAPH.projects, api: { root: 'apps/api', targets } } } as WorkspaceGraph;
    expect(causesIn(graph, 'api', [file, 'README.md'])).toEqual([{ kind: 'workspace', files: [file] }]);
  });

  it('is not a secret, whose value changes no image', () => {
    const targets = { image: { ...image, dependsOn: [], options: { engine: 'docker', secrets: [{ id: 'a', src: '.npmrc' }] } }, publish };
    const graph = { ...GRAPH, projects: { ...GRAPH.projects, api: { root: 'apps/api', targets } } } as WorkspaceGraph;
    expect(causesIn(graph, 'api', ['.npmrc'])).toEqual([]);
  });

  it('is found with the named inputs of each project', () => {
    const words = { ...GRAPH.projects['words'], root: 'libs/words', namedInputs: { production: ['{projectRoot}/only/**'] } };
    const targets = { publish: { ...publish, inputs: ['^production', { input: 'default', projects: ['other'] }], dependsOn: [] } };
    const graph = { ...GRAPH, projects: { ...GRAPH.projects, words, api: { root: 'apps/api', targets } } } as WorkspaceGraph;
    const causes = (...files: readonly string[]) => causesIn(graph, 'api', files);
    expect(causes('libs/words/only/a.ts')).toEqual([{ kind: 'dependency', projects: ['words'] }]);
    expect(causes('libs/words/src/a.ts')).toEqual([]);
    expect(causes('libs/other/a.ts')).toEqual([{ kind: 'dependency', projects: ['other'] }]);
  });

  it('is a submodule that is or contains a project, which git names as one file', () => {
    expect(causesOf('libs/greeting')).toEqual([{ kind: 'dependency', projects: ['greeting'] }]);
    expect(causesOf('libs')).toEqual([{ kind: 'dependency', projects: ['greeting', 'words'] }]);
    expect(causesOf('apps')).toEqual([{ kind: 'files', files: ['apps'] }]);
  });

  it('is any change if a pattern is invalid', () => {
    const odd = { ...publish, inputs: ['{projectRoot}/../{a'], dependsOn: [] };
    const graph = { ...GRAPH, projects: { ...GRAPH.projects, api: { root: 'apps/api', targets: { publish: odd } } } };
    expect(causesIn(graph, 'api', ['apps/api/x'])).toEqual([{ kind: 'files', files: ['apps/api/x'] }]);
  });

  it('is any file of a workspace with a single project', () => {
    const graph: WorkspaceGraph = { projects: { solo: { root: '.', targets: { publish: {} } } }, dependencies: {}, nxJson: {} };
    expect(causesIn(graph, 'solo', ['src/a.ts'])).toEqual([{ kind: 'files', files: ['src/a.ts'] }]);
  });
});
