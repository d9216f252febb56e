import { targetsFor } from './targets-for';

const names = { imageTargetName: 'image', publishTargetName: 'publish' };

describe('targetsFor', () => {
  it('builds a Dockerfile anew each time, since Nx cannot see what Docker Engine holds', () => {
    expect(targetsFor({ engine: 'docker', dockerfile: 'apps/api/Dockerfile' }, names)['image']).toEqual({
      executor: 'nx-oci:build',
      dependsOn: ['build'],
      cache: false,
      inputs: ['default', '^default'],
      options: { engine: 'docker', dockerfile: 'apps/api/Dockerfile' },
      metadata: { technologies: ['oci'], description: 'Builds the image of apps/api/Dockerfile.' },
    });
  });

  it('lets Nx cache what the native engine makes', () => {
    const source = { engine: 'native', base: 'scratch', layers: [{ from: 'dist/apps/api', to: '/app' }], cmd: ['/app/api'] } as const;
    expect(targetsFor(source, names)['image']).toMatchObject({
      cache: true,
      outputs: ['blobs', 'image.json', 'index.json', 'oci-layout'].map((name) => `{workspaceRoot}/dist/images/{projectName}/${name}`),
      options: source,
    });
  });

  it('leaves it to the user to cache what is built from a Dockerfile into a layout, and knows its outputs', () => {
    const { image } = targetsFor({ engine: 'buildah', dockerfile: 'Dockerfile' }, names);
    expect(image).toMatchObject({ cache: false, outputs: expect.arrayContaining(['{workspaceRoot}/dist/images/{projectName}/blobs']) });
  });

  it('publishes after the build of the image, never from the cache', () => {
    expect(
      targetsFor({ engine: 'docker', dockerfile: 'Dockerfile' }, { imageTargetName: 'oci', publishTargetName: 'push' })['push'],
    ).toMatchObject({
      executor: 'nx-oci:publish',
      dependsOn: ['oci'],
      cache: false,
    });
  });

  it('does not depend on itself where the image is what `build` makes', () => {
    const targets = targetsFor({ engine: 'docker', dockerfile: 'Dockerfile' }, { ...names, imageTargetName: 'build' });
    expect(targets['build']?.dependsOn).toBeUndefined();
  });

  it('never says docker, which nx release would take for its own', () => {
    const targets = Object.values(targetsFor({ engine: 'docker', dockerfile: 'Dockerfile' }, names));
    expect(targets.map(({ metadata }) => metadata?.technologies)).toEqual([['oci'], ['oci']]);
  });
});
