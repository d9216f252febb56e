import { neededTargets } from './needed-targets';

const needed = (targets: object) => neededTargets({ targets: targets as never }, 'publish');

describe('the targets that a publish is made of', () => {
  it('are followed within the project, each once', () => {
    const targets = { publish: { dependsOn: ['image'] }, image: { dependsOn: ['build', 'publish'] }, build: {}, lint: {} };
    expect(needed(targets)).toEqual({ own: ['publish', 'image', 'build'], ofDependencies: [] });
  });

  it('may be those of other projects', () => {
    const targets = {
      publish: { dependsOn: ['^build', { target: 'make', dependencies: true }, { target: 'gen', projects: ['lib'] }, { target: 'image' }] },
      image: {},
    };
    expect(needed(targets)).toEqual({ own: ['publish', 'image'], ofDependencies: ['build', 'make', 'gen'] });
  });

  it('are none where there is no such target', () => {
    expect(needed({})).toEqual({ own: [], ofDependencies: [] });
  });
});
