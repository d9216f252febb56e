import { type TargetConfiguration } from '@nx/devkit';

import { staleRisks } from './stale-risks';

const build = { executor: 'x', outputs: ['{workspaceRoot}/dist/{projectRoot}'] };
const OUTPUTS_OF_TASKS = { dependentTasksOutputFiles: '**/*', transitive: true };
const layers = [{ from: 'dist/apps/api', to: '/app' }];

const risks = (image: Partial<TargetConfiguration>, texts: Readonly<Record<string, string>> = {}) =>
  staleRisks(
    {
      projects: {
        api: {
          root: 'apps/api',
          targets: {
            build,
            image: { executor: 'nx-oci:build', options: { layers }, ...image },
            publish: { executor: 'nx-oci:publish', dependsOn: ['image'] },
          },
        },
        web: { root: 'apps/web', targets: { build } },
        words: { root: 'libs/words' },
      },
      dependencies: {},
      nxJson: { namedInputs: { made: [OUTPUTS_OF_TASKS] } },
    },
    'api',
    'publish',
    (path) => texts[path],
  );

describe('the risk of an outdated image', () => {
  it.each([
    ['that depends on what makes it', { dependsOn: ['build'] }],
    ['with the inputs of ours', { dependsOn: ['build'], cache: true, inputs: ['default', OUTPUTS_OF_TASKS] }],
    ['with them under a name', { dependsOn: ['build'], cache: true, inputs: ['made'] }],
    ['of sources of its project', { options: { layers: [{ from: 'apps/api/public', to: '/' }] }, cache: true }],
    ['of a library that `^default` names', { options: { layers: [{ from: 'libs/words/x', to: '/' }] }, inputs: ['^default'] }],
    [
      'of a file that a pattern may name',
      { options: { layers: [{ from: 'etc/a.conf', to: '/' }] }, inputs: ['{workspaceRoot}/etc/*.conf'] },
    ],
    ['of a folder that no task declares as its output', { options: { layers: [{ from: 'dist/unknown', to: '/' }] } }],
    ['of a Dockerfile that is found by its name', { options: { engine: 'docker' }, cache: true }],
  ] as [string, Partial<TargetConfiguration>][])('is not reported for an image %s', (_what, image) => expect(risks(image)).toEqual([]));

  it('is a task whose output it packs without depending on it', () => {
    expect(risks({})).toEqual([
      'api:image packs dist/apps/api, an output of api:build, without depending on it: an older build may be published. → Add "build" to its `dependsOn`.',
    ]);
    expect(risks({ options: { layers: [{ from: 'dist/apps/web/public', to: '/' }] } })).toEqual([
      expect.stringContaining('→ Add { "projects": ["web"], "target": "build" } to its `dependsOn`.'),
    ]);
    const copied = { 'apps/api/Dockerfile': 'FROM scratch\nCOPY dist/apps/web /site\n' };
    const options = { engine: 'docker', dockerfile: 'apps/api/Dockerfile', context: '.' };
    expect(risks({ options }, copied)).toEqual([expect.stringContaining('api:image packs dist/apps/web, an output of web:build')]);
  });

  it.each([[{ provenance: true }], [{ sbom: 'scanner' }], [{ provenance: 'max', sbom: true }]])(
    'is a cache of images with attestations, which are made for one commit: %j',
    (asked) => {
      const options = { engine: 'buildx', ...asked };
      const names = Object.keys(asked).join('` and `');
      expect(risks({ options, cache: true })).toEqual([expect.stringContaining(`api:image is cached by Nx, but with \`${names}\` each`)]);
      expect(risks({ options })).toEqual([]);
      expect(risks({ options: { engine: 'buildx', provenance: false, sbom: 'false' }, cache: true })).toEqual([]);
    },
  );

  it('is a task whose output a Dockerfile copies from its own project', () => {
    const options = { engine: 'buildah', dockerfile: 'apps/api/Dockerfile' };
    const texts = { 'apps/api/Dockerfile': 'FROM scratch\nCOPY out /app\n' };
    const compile = { executor: 'x', outputs: ['{projectRoot}/out'] };
    const graph = (dependsOn: readonly string[]) => ({
      projects: {
        api: {
          root: 'apps/api',
          targets: { compile, image: { executor: 'nx-oci:build', options, dependsOn: [...dependsOn] }, publish: { dependsOn: ['image'] } },
        },
      },
      dependencies: {},
      nxJson: {},
    });
    const readText = (path: string): string | undefined => texts[path as keyof typeof texts];
    expect(staleRisks(graph(['build']), 'api', 'publish', readText)).toEqual([
      expect.stringContaining('api:image packs apps/api/out, an output of api:compile, without depending on it'),
    ]);
    expect(staleRisks(graph(['compile']), 'api', 'publish', readText)).toEqual([]);
  });

  it('is a task of another project that writes a part of a folder that it packs as a whole', () => {
    const part =
      'api:image packs dist, which contains dist/apps/web, an output of web:build, without depending on it: an older build of that part may be published. → Pack a separate folder, or add { "projects": ["web"], "target": "build" } to its `dependsOn`.';
    const whole = [{ from: 'dist', to: '/' }];
    expect(risks({ dependsOn: ['build'], options: { layers: whole } })).toEqual([part]);
    const options = { engine: 'docker', dockerfile: 'apps/api/Dockerfile', context: '.' };
    const copied = { 'apps/api/Dockerfile': 'FROM scratch\nCOPY dist /site\n' };
    expect(risks({ dependsOn: ['build'], options }, copied)).toEqual([part]);

    const both = ['build', { projects: ['web'], target: 'build' }];
    expect(risks({ dependsOn: both, options: { layers: whole } })).toEqual([]);
    expect(risks({ dependsOn: ['build'], options: { layers: [{ ...whole[0], include: ['apps/api/**'] }] } })).toEqual([]);
    expect(risks({ dependsOn: ['build'], options }, { ...copied, '.dockerignore': 'dist/apps/web' })).toEqual([]);
    expect(risks({ dependsOn: ['build'], options: { layers: [{ from: '.', to: '/' }] } })).toEqual([]);
  });

  it('is a list of inputs without the outputs of earlier tasks, or without what its options name', () => {
    expect(risks({ dependsOn: ['build'], cache: true, inputs: ['{projectRoot}/**/*'] })).toEqual([
      'The `inputs` of api:image omit files that it reads, so Nx may reuse an older image. → Add { "dependentTasksOutputFiles": "**/*", "transitive": true }.',
    ]);
    const elsewhere = { engine: 'docker', dockerfile: 'docker/Dockerfile', context: 'apps/api' };
    expect(risks({ options: elsewhere, inputs: ['{projectRoot}/**/*'] })).toEqual([
      expect.stringContaining('→ Add "{workspaceRoot}/docker/Dockerfile".'),
    ]);
    expect(risks({ options: elsewhere })).toEqual([]);
  });
});
