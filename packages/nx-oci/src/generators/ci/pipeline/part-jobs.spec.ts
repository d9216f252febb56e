import { type PublishedImage } from '../../find-images';
import { findPartJobs, readPartPlatforms } from './part-jobs';

const BOTH = ['linux/amd64', 'linux/arm64'];

const image = (name: string): PublishedImage => ({ name, root: name, tags: [], publishTarget: 'publish', engine: 'native' });
const build = (options: object = {}) => ({ executor: 'nx-oci:build', options });
const project = (name: string, targets: object) => ({ [name]: { root: name, targets: targets as Record<string, object> } });

describe('the jobs for parts of images', () => {
  it('run the targets that make them, under any names, and test everything where it is published', () => {
    const resolved = {
      ...project('api', {
        container: build({ parts: true, platforms: BOTH }),
        'container-linux-amd64': build({ parts: true, platforms: BOTH, platform: 'linux/amd64' }),
        'container-linux-arm64': build({ parts: 'anywhere', platform: 'linux/aarch64' }),
        check: { executor: 'nx-oci:test' },
      }),
      ...project('web', { image: build() }),
    };
    const images = [image('api'), image('web')];
    expect(findPartJobs(BOTH, 'github', { images, resolved, imageTarget: 'image' })).toEqual({
      jobs: [
        { platform: 'linux/amd64', name: 'linux-amd64', runner: 'ubuntu-24.04', targets: ['container-linux-amd64'] },
        { platform: 'linux/arm64', name: 'linux-arm64', runner: 'ubuntu-24.04-arm', targets: ['container-linux-arm64'] },
      ],
      testTargets: ['check'],
      otherTargets: ['image'],
      projects: ['api'],
    });
  });

  it('run the inferred targets before any image has parts', () => {
    expect(findPartJobs(['linux/arm64'], 'gitlab', { images: [], resolved: undefined, imageTarget: 'image' })).toEqual({
      jobs: [{ platform: 'linux/arm64', name: 'linux-arm64', runner: 'saas-linux-small-arm64', targets: ['image-linux-arm64'] }],
      testTargets: [],
      otherTargets: [],
      projects: [],
    });
    expect(findPartJobs([], 'github', { images: [], resolved: {}, imageTarget: 'image' })).toBeUndefined();
  });
});

describe('the platforms of a pipeline', () => {
  it('are written in any spelling, each counted once', () => {
    expect(readPartPlatforms(['linux/x86_64', 'linux/arm64', 'linux/amd64'], 'github')).toEqual({ platforms: BOTH, problems: [] });
    expect(readPartPlatforms(undefined, 'github')).toEqual({ platforms: [], problems: [] });
  });

  it.each([
    ['linux/s390x', /linux\/s390x, for which github has no machines → use --platforms=linux\/amd64,linux\/arm64/],
    ['arm64', /"arm64" is not a platform/],
  ])('are refused: %s', (platform, problem) => {
    expect(readPartPlatforms([platform], 'github')).toEqual({ platforms: [], problems: [expect.stringMatching(problem)] });
  });
});
