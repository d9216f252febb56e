import { type TargetConfiguration } from '@nx/devkit';

import { withMisled } from './image-parts';

const PLATFORMS = ['linux/amd64', 'linux/arm64'];
const build = (options: object, dependsOn?: TargetConfiguration['dependsOn']): TargetConfiguration => ({
  executor: 'nx-oci:build',
  options,
  ...(dependsOn && { dependsOn }),
});
const graphWith = (image: TargetConfiguration, publish: readonly string[], parts: object = { parts: true }) => ({
  projects: {
    api: {
      root: 'api',
      targets: {
        image,
        'image-linux-amd64': build({ platforms: PLATFORMS, ...parts, platform: 'linux/amd64' }, ['build']),
        'image-linux-arm64': build({ platforms: PLATFORMS, ...parts, platform: 'linux/arm64' }, ['build']),
        publish: { executor: 'nx-oci:publish', dependsOn: [...publish] },
      },
    },
  },
  dependencies: {},
  nxJson: {},
});

describe('the targets that wait for no part of an image', () => {
  const task = { project: 'api', target: 'image' };
  const whole = (dependsOn?: TargetConfiguration['dependsOn']) => build({ platforms: PLATFORMS, parts: true }, dependsOn);

  it('are those whose `dependsOn` names the target that only checks them', () => {
    expect(withMisled(graphWith(whole(['build']), ['image']), task)).toEqual({ misled: { named: 'image', tasks: ['api:publish'] } });
  });

  it('are not those that Nx makes the parts for first', () => {
    expect(withMisled(graphWith(whole(['image-linux-*']), ['image']), task)).toEqual({});
    expect(withMisled(graphWith(whole(['build']), ['image', 'image-linux-amd64', 'image-linux-arm64']), task)).toEqual({});
    expect(withMisled(graphWith(build({}), ['image'], {}), task)).toEqual({});
  });
});
