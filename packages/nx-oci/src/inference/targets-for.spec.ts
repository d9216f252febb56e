import { IMAGE_OUTPUTS } from '@nx-oci/publish';

import { nativeTargets, releaseTarget, targetsFor, type DockerfileSource } from './targets-for';

const context = { folder: 'apps/api', reason: '`src` (line 2) is in apps/api, not the workspace root', isCertain: true };
const dockerfileSource: DockerfileSource = { engine: 'docker', dockerfile: 'apps/api/Dockerfile', context, tasksBefore: ['build'] };
const place = { projectRoot: 'apps/api' };

const OUTPUTS = { dependentTasksOutputFiles: '**/*', transitive: true };
const names = { imageTargetName: 'image', publishTargetName: 'publish' };

describe('targetsFor', () => {
  it('rebuilds a Dockerfile each time, because Nx cannot see what its steps fetch', () => {
    expect(targetsFor(dockerfileSource, names, place)['image']).toEqual({
      executor: 'nx-oci:build',
      dependsOn: ['build'],
      cache: false,
      outputs: [...IMAGE_OUTPUTS],
      inputs: ['default', '^default', OUTPUTS],
      options: { engine: 'docker', dockerfile: 'apps/api/Dockerfile' },
      metadata: {
        technologies: ['oci'],
        description:
          'Builds the image of apps/api/Dockerfile, with apps/api as its context: `src` (line 2) is in apps/api, not the workspace root.',
      },
    });
  });

  it('lets Nx cache the output of the native engine', () => {
    const source = { engine: 'native', base: 'scratch', layers: [{ from: 'dist/apps/api', to: '/app' }], cmd: ['/app/api'] } as const;
    expect(targetsFor(source, names, place)['image']).toMatchObject({
      cache: true,
      outputs: ['blobs', 'image.json', 'index.json', 'oci-layout'].map((name) => `{workspaceRoot}/dist/images/{projectName}/${name}`),
      options: source,
    });
  });

  it('depends on the outputs of earlier tasks and on files in its options, like its publish', () => {
    const source = {
      engine: 'native',
      base: 'scratch',
      layers: [
        { from: 'apps/api/files', to: '/' },
        { from: 'certs', to: '/' },
      ],
      cmd: [],
    } as const;
    const { image, publish } = targetsFor(source, names, place);
    const inputs = ['default', '^default', OUTPUTS, '{workspaceRoot}/certs', '{workspaceRoot}/certs/**/*'];
    expect([image?.inputs, publish?.inputs]).toEqual([inputs, inputs]);
    expect(releaseTarget(['image']).inputs).toEqual(['default', '^default', OUTPUTS]);
  });

  it('sets a context other than the project, and depends on what is copied from it, without ignored files', () => {
    const texts: Readonly<Record<string, string>> = {
      'apps/api/Dockerfile': 'FROM a\nCOPY nx.json libs/*/package.json docs ./\nCOPY apps/api/src .\n',
      '.dockerignore': '# mine\n**/*.md\ndocs/drafts/\n',
    };
    const source = { ...dockerfileSource, context: { ...context, folder: '.' }, tasksBefore: [] };
    const { image } = targetsFor(source, names, { ...place, readText: (path) => texts[path] });
    expect(image).not.toHaveProperty('dependsOn');
    expect(image?.options).toEqual({ engine: 'docker', dockerfile: 'apps/api/Dockerfile', context: '.' });
    const watched = image?.inputs?.filter((input) => typeof input === 'string' && !input.includes('ignore'));
    expect(watched).toEqual([
      'default',
      '^default',
      ...['nx.json', 'libs', 'docs'].flatMap((path) => [`{workspaceRoot}/${path}`, `{workspaceRoot}/${path}/**/*`]),
      ...['**/*.md', 'docs/drafts'].flatMap((path) => [`!{workspaceRoot}/${path}`, `!{workspaceRoot}/${path}/**/*`]),
    ]);
  });

  it('depends on the whole context if the Dockerfile is unknown or copies everything', () => {
    const source = { ...dockerfileSource, context: { ...context, folder: '.' } };
    expect(targetsFor(source, names, place)['image']?.inputs).toContain('{workspaceRoot}/**/*');
    const readText = (path: string) => (path.endsWith('Dockerfile') ? 'FROM a\nCOPY . .' : undefined);
    expect(targetsFor(source, names, { ...place, readText })['image']?.inputs).toContain('{workspaceRoot}/**/*');
  });

  it('leaves the options of an image from files to its own target', () => {
    const { image } = nativeTargets({ layers: [{ from: 'certs', to: '/' }] }, names, 'apps/api');
    expect(image).toMatchObject({ cache: true, dependsOn: ['build'], inputs: expect.arrayContaining(['{workspaceRoot}/certs']) });
    expect(image).not.toHaveProperty('options');
  });

  it('declares the outputs of a Dockerfile build, and leaves caching to the user', () => {
    const { image } = targetsFor({ ...dockerfileSource, engine: 'buildah' }, names, place);
    expect(image).toMatchObject({ cache: false, outputs: expect.arrayContaining(['{workspaceRoot}/dist/images/{projectName}/blobs']) });
  });

  it('publishes after the build of the image, and never caches a publish', () => {
    expect(targetsFor(dockerfileSource, { imageTargetName: 'oci', publishTargetName: 'push' }, place)['push']).toMatchObject({
      executor: 'nx-oci:publish',
      dependsOn: ['oci'],
      cache: false,
    });
  });

  it('does not depend on itself if the image target is named `build`', () => {
    const targets = targetsFor(dockerfileSource, { ...names, imageTargetName: 'build' }, place);
    expect(targets['build']?.dependsOn).toBeUndefined();
  });

  it('does not use the technology docker, which nx release would claim', () => {
    const targets = Object.values(targetsFor(dockerfileSource, names, place));
    expect(targets.map(({ metadata }) => metadata?.technologies)).toEqual([['oci'], ['oci']]);
  });
});
