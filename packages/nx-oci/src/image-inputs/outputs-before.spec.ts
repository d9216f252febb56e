import { outputsBefore } from './outputs-before';

describe('outputsBefore', () => {
  it('lists the outputs of the tasks before a task, with placeholders filled in', () => {
    const projects = {
      api: {
        root: 'apps/api',
        targets: {
          image: { dependsOn: ['build', '^build'], outputs: ['{workspaceRoot}/dist/images/api'] },
          build: {
            outputs: ['{options.outputPath}', '{projectRoot}/out/**/*.js', '!{projectRoot}/x'],
            options: { outputPath: 'dist/apps/api' },
          },
          test: { outputs: ['{projectRoot}/coverage'] },
        },
      },
      lib: { root: 'libs/lib', targets: { build: { outputs: ['{workspaceRoot}/dist/{projectRoot}', '{options.unknown}'] } } },
    };
    expect(outputsBefore({ projects, dependencies: { api: ['lib'] }, nxJson: {} }, 'api', 'image')).toEqual([
      { task: 'api:build', path: 'dist/apps/api' },
      { task: 'api:build', path: 'apps/api/out' },
      { task: 'lib:build', path: 'dist/libs/lib' },
    ]);
  });
});
