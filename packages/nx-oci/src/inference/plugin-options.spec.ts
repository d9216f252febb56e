import { normalizePluginOptions, type PluginOptions } from './plugin-options';

describe('normalizePluginOptions', () => {
  it('fills in the defaults', () => {
    expect(normalizePluginOptions(undefined)).toEqual({
      imageTargetName: 'image',
      publishTargetName: 'publish',
      releaseTargetName: 'nx-release-publish',
      doctorTargetName: 'doctor',
      testTargetName: 'image-test',
      test: false,
      dockerfileEngine: 'docker',
      dockerfileContext: 'auto',
      infer: true,
    });
    expect(normalizePluginOptions({ imageTargetName: 'oci' })).toMatchObject({ imageTargetName: 'oci', publishTargetName: 'publish' });
  });

  it('reports all problems at once', () => {
    const wrong = {
      imageTarget: 'x',
      infer: 'no',
      publishTargetName: '',
      dockerfileEngine: 'kaniko',
      dockerfileContext: '.',
    } as unknown as PluginOptions;
    expect(() => normalizePluginOptions(wrong)).toThrow(
      [
        'Cannot use the options of the plugin nx-oci in nx.json:',
        'unknown option `imageTarget` → did you mean `imageTargetName`?',
        '`publishTargetName` → write the name of a target',
        '`dockerfileEngine` → write docker, buildx, podman, buildah',
        '`dockerfileContext` → write auto, project, workspace',
        '`infer` → write true or false',
      ].join('\n  '),
    );
  });

  it('refuses one name for two targets', () => {
    expect(() => normalizePluginOptions({ imageTargetName: 'publish' })).toThrow('two targets have the same name');
  });
});
