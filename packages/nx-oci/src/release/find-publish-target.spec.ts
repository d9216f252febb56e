import { findPublishTarget } from './find-publish-target';

const image = { executor: 'nx-oci:build' };
const publish = { executor: 'nx-oci:publish' };

describe('findPublishTarget', () => {
  it('finds the target that publishes the image, whatever its name is', () => {
    expect(findPublishTarget({ image, push: publish }, undefined)).toEqual({ kind: 'found', name: 'push', target: publish });
  });

  it('reports a project without an image', () => {
    expect(findPublishTarget({ build: { executor: 'nx:run-commands' } }, undefined)).toMatchObject({
      kind: 'none',
      reason: expect.stringContaining('it has no image'),
    });
  });

  it('does not choose among several', () => {
    const targets = { push: publish, mirror: publish };
    expect(findPublishTarget(targets, undefined)).toMatchObject({ kind: 'unclear', problem: expect.stringContaining('(push, mirror)') });
    expect(findPublishTarget(targets, 'mirror')).toMatchObject({ kind: 'found', name: 'mirror' });
    expect(findPublishTarget(targets, 'mirorr')).toMatchObject({
      kind: 'unclear',
      problem: expect.stringContaining('did you mean `mirror`?'),
    });
  });
});
