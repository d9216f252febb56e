import { ANNOTATIONS, makeAnnotations } from './annotations';

describe('makeAnnotations', () => {
  it('writes known facts under their keys and omits the others', () => {
    expect(makeAnnotations({ revision: 'abc', version: undefined, project: 'web', baseName: '' })).toEqual({
      'org.opencontainers.image.revision': 'abc',
      'org.opencontainers.image.base.name': '',
      'dev.nx-oci.project': 'web',
    });
  });
});

it('every annotation key is from the image-spec or ours, and unique', () => {
  const keys = Object.values(ANNOTATIONS);
  expect(new Set(keys).size).toBe(keys.length);
  for (const key of keys) expect(key).toMatch(/^(org\.opencontainers\.image|dev\.nx-oci)\.[a-z.]+$/);
});
