import { declaredOutputs } from './declared-outputs';

it.each<[object, readonly string[]]>([
  [{ outputs: ['{projectRoot}/dist'] }, ['apps/api/dist']],
  [{ outputs: ['{workspaceRoot}/dist/{projectRoot}'] }, ['dist/apps/api']],
  [{ outputs: ['{workspaceRoot}/out/{projectName}/**/*.js'] }, ['out/api']],
  [{ outputs: ['{options.outputPath}'], options: { outputPath: 'dist/apps/api/' } }, ['dist/apps/api']],
  [{ outputs: ['{options.outDir}/x'] }, []],
  [{ options: { outputFile: 'dist/x.js' } }, ['dist/x.js']],
  [{ outputs: ['{projectRoot}', '{workspaceRoot}', '{workspaceRoot}/../x', '/tmp/x'] }, []],
  [{ outputs: ['!{projectRoot}/dist/cache'] }, []],
  [
    {
      outputs: ['{options.outputPath}'],
      options: { outputPath: 'dist/dev' },
      configurations: { production: { outputPath: 'dist/live' } },
      defaultConfiguration: 'production',
    },
    ['dist/live'],
  ],
  [{}, []],
])('%j writes %j', (target, outputs) => {
  expect(declaredOutputs({ build: target }, { root: 'apps/api', name: 'api' })).toEqual(outputs);
});
