import { repositoryOf } from './repository-of';

const entry = { name: 'ghcr', host: 'ghcr.io', namespace: 'acme' };

describe('repositoryOf', () => {
  it('joins host, namespace and image', () => {
    expect(repositoryOf(entry, 'web')).toEqual({ registry: 'ghcr.io', repository: 'acme/web' });
    expect(repositoryOf({ ...entry, namespace: '' }, 'shop/web')).toEqual({ registry: 'ghcr.io', repository: 'shop/web' });
    expect(repositoryOf({ ...entry, host: 'localhost:5080', namespace: '' }, 'web')).toEqual({
      registry: 'localhost:5080',
      repository: 'web',
    });
  });

  it('lower-cases the path', () => {
    expect(repositoryOf({ ...entry, namespace: 'AcmeCorp' }, 'WebApp')).toEqual({ registry: 'ghcr.io', repository: 'acmecorp/webapp' });
  });

  it.each(['', 'web:1.0', 'web@sha256:' + 'a'.repeat(64), 'web app', '@acme/web', 'web/', 'a'.repeat(256)])(
    'refuses %j as the name of an image',
    (image) => {
      const act = (): unknown => repositoryOf(entry, image);
      expect(act).toThrow('registry ghcr');
      expect(act).toThrow(expect.objectContaining({ code: 'REFERENCE_INVALID', hint: expect.stringContaining('`image`') }) as Error);
    },
  );
});
