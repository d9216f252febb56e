import {
  ACCEPTED_MANIFEST_TYPES,
  isForeignLayerType,
  isIndexType,
  isManifestOrIndexType,
  isManifestType,
  MEDIA_TYPES,
} from './media-types';

describe('media types', () => {
  it('are of at most one kind each', () => {
    for (const type of Object.values(MEDIA_TYPES)) {
      expect([isIndexType(type), isManifestType(type), isForeignLayerType(type)].filter(Boolean).length).toBeLessThanOrEqual(1);
      expect(isManifestOrIndexType(type)).toBe(isIndexType(type) || isManifestType(type));
    }
  });

  it('in ACCEPTED_MANIFEST_TYPES are all manifest and index types', () => {
    expect([...ACCEPTED_MANIFEST_TYPES].sort()).toEqual(Object.values(MEDIA_TYPES).filter(isManifestOrIndexType).sort());
  });

  it.each(['', 'application/json', MEDIA_TYPES.ociManifest.toUpperCase(), `${MEDIA_TYPES.ociManifest}; charset=utf-8`])(
    'do not include %j',
    (type) => {
      expect([isIndexType(type), isManifestType(type), isForeignLayerType(type)]).toEqual([false, false, false]);
    },
  );

  it('include the foreign layers of Docker and of OCI', () => {
    expect(Object.values(MEDIA_TYPES).filter(isForeignLayerType)).toHaveLength(5);
  });
});
