import { releaseTarget, targetsFor } from './targets-for';

const OUTPUTS = { dependentTasksOutputFiles: '**/*', transitive: true };
const names = { imageTargetName: 'image', publishTargetName: 'publish' };

describe('targetsFor', () => {
  it('builds a Dockerfile anew each time, since Nx cannot see what Docker Engine holds', () => {
    expect(targetsFor({ engine: 'docker', dockerfile: 'apps/api/Dockerfile' }, names, 'apps/api')['image']).toEqual({
      executor: 'nx-oci:build',
      dependsOn: ['build'],
      cache: false,
      inputs: ['default', '^default', OUTPUTS],
      options: { engine: 'docker', dockerfile: 'apps/api/Dockerfile' },
      metadata: { technologies: ['oci'], description: 'Builds the image of apps/api/Dockerfile.' },
    });
  });

  it('lets Nx cache what the native engine makes', () => {
    const source = { engine: 'native', base: 'scratch', layers: [{ from: 'dist/apps/api', to: '/app' }], cmd: ['/app/api'] } as const;
    expect(targetsFor(source, names, 'apps/api')['image']).toMatchObject({
      cache: true,
      outputs: ['blobs', 'image.json', 'index.json', 'oci-layout'].map((name) => `{workspaceRoot}/dist/images/{projectName}/${name}`),
      options: source,
    });
  });

  it('depends on what the tasks before it make and on what its options name elsewhere, as its publish does', () => {
    const source = {
      engine: 'native',
      base: 'scratch',
      layers: [
        { from: 'apps/api/files', to: '/' },
        { from: 'certs', to: '/' },
      ],
      cmd: [],
    } as const;
    const { image, publish } = targetsFor(source, names, 'apps/api');
    const inputs = ['default', '^default', OUTPUTS, '{workspaceRoot}/certs', '{workspaceRoot}/certs/**/*'];
    expect([image?.inputs, publish?.inputs]).toEqual([inputs, inputs]);
    expect(releaseTarget(['image']).inputs).toEqual(['default', '^default', OUTPUTS]);
  });

  it('leaves it to the user to cache what is built from a Dockerfile into a layout, and knows its outputs', () => {
    const { image } = targetsFor({ engine: 'buildah', dockerfile: 'Dockerfile' }, names, 'apps/api');
    expect(image).toMatchObject({ cache: false, outputs: expect.arrayContaining(['{workspaceRoot}/dist/images/{projectName}/blobs']) });
  });

  it('publishes after the build of the image, never from the cache', () => {
    expect(
      targetsFor({ engine: 'docker', dockerfile: 'Dockerfile' }, { imageTargetName: 'oci', publishTargetName: 'push' }, 'apps/api')['push'],
    ).toMatchObject({
      executor: 'nx-oci:publish',
      dependsOn: ['oci'],
      cache: false,
    });
  });

  it('does not depend on itself where the image is what `build` makes', () => {
    const targets = targetsFor({ engine: 'docker', dockerfile: 'Dockerfile' }, { ...names, imageTargetName: 'build' }, 'apps/api');
    expect(targets['build']?.dependsOn).toBeUndefined();
  });

  it('never says docker, which nx release would take for its own', () => {
    const targets = Object.values(targetsFor({ engine: 'docker', dockerfile: 'Dockerfile' }, names, 'apps/api'));
    expect(targets.map(({ metadata }) => metadata?.technologies)).toEqual([['oci'], ['oci']]);
  });
});
