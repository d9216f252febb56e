import { type TaskGraph } from '@nx/devkit';

import { comparedInputs, recordedInputs } from './compared-inputs';
import { type WorkspaceGraph } from './workspace-graph';

const GRAPH: WorkspaceGraph = {
  projects: {
    api: {
      root: 'apps/api',
      targets: {
        build: {
          executor: 'x',
          dependsOn: ['^build'],
          inputs: ['default', '{workspaceRoot}/version.txt', { env: 'API_URL' }],
          outputs: ['{projectRoot}/out'],
        },
        test: { executor: 'x', outputs: ['{projectRoot}/coverage'] },
        image: {
          executor: 'nx-oci:build',
          dependsOn: ['build'],
          options: {
            engine: 'docker',
            dockerfile: 'docker/Dockerfile',
            context: 'apps/api',
            secrets: [{ id: 'a', src: 'apps/api/.token' }],
          },
        },
        publish: { executor: 'nx-oci:publish', dependsOn: ['image'] },
        loose: { executor: 'nx-oci:publish' },
      },
    },
    near: { root: 'libs/near', targets: { build: { executor: 'x', outputs: ['{workspaceRoot}/dist/near'] } } },
  },
  dependencies: { api: ['near'] },
  nxJson: {},
};

const read = ['apps/api/src/main.ts', 'docker/Dockerfile', 'libs/near/index.ts', 'version.txt'];
const notRead = [
  'README.md',
  'apps/api/.token',
  'apps/api/out/main.js',
  'dist/images/api/index.json',
  'dist/near/a.js',
  'package-lock.json',
];
const readText = () => undefined;
const run = (...tasks: readonly string[]) => {
  const named = tasks.map((id) => [id, { id, target: { project: id.split(':')[0], target: id.split(':')[1] } }] as const);
  return { readText, taskGraph: { tasks: Object.fromEntries(named) } as unknown as TaskGraph };
};
const compared = (target: string, ...tasks: readonly string[]) => comparedInputs(GRAPH, { project: 'api', target }, run(...tasks));

describe('the inputs of an image', () => {
  it('are the files that its tasks read, without outputs, secrets and lock file', () => {
    const noted = recordedInputs(GRAPH, { project: 'api', target: 'image' }, run());
    expect(noted.select([...read, ...notRead])).toEqual(read);
    expect(compared('publish', 'api:publish')?.select([...read, ...notRead])).toEqual(read);
  });

  it('are compared by a publish that builds no image, even if it depends on none', () => {
    expect(compared('loose', 'api:loose')?.select(read)).toEqual(read);
    expect(compared('publish', 'api:publish', 'api:image')).toBeUndefined();
    expect(comparedInputs(GRAPH, { project: 'near', target: 'publish' }, run('near:publish'))).toBeUndefined();
  });

  it('include variables of its tasks, and the options of its target in all configurations', () => {
    const image = { project: 'api', target: 'image' };
    const { variables, options } = recordedInputs(GRAPH, image, run());
    expect(variables).toEqual(['API_URL']);
    expect(compared('publish', 'api:publish')).toMatchObject({ variables, options });
    expect(options).toMatchObject({ options: { engine: 'docker' }, configurations: undefined });
  });

  it('record which tasks before the image did not run', () => {
    const notRun = (...tasks: readonly string[]) => recordedInputs(GRAPH, { project: 'api', target: 'image' }, run(...tasks)).notRun;
    expect(notRun('api:image')).toEqual(['api:build', 'near:build']);
    expect(notRun('api:image', 'api:build', 'near:build')).toEqual([]);
    expect(recordedInputs(GRAPH, { project: 'api', target: 'image' }, { readText, taskGraph: undefined }).notRun).toEqual([]);
  });
});
