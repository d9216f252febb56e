import { digestOf } from '../names/digest';
import { encodeManifest } from './encode-manifest';
import { isImageIndex, MAX_MANIFEST_BYTES, MAX_READ_MANIFEST_BYTES, type ImageManifest } from './manifest';
import { MEDIA_TYPES } from './media-types';
import { isOciError } from '../errors/oci-error';
import { parseIndex, parseManifest, parseManifestOrIndex } from './parse-manifest';
import { makeImage, makeIndex, toFailWithCode } from '../testing';
import { fc } from '../testing/fast-check';

expect.extend({ toFailWithCode });

type Json = Record<string, unknown>;

const image = makeImage({ annotations: { b: '2', a: '1' } });
const { index } = makeIndex();
const read = (bytes: Uint8Array): Json => JSON.parse(Buffer.from(bytes).toString()) as Json;
const write = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const manifestWith = (change: Json): Buffer => write({ ...read(image.manifest.bytes), ...change });
const layerWith = (change: Json): Buffer => manifestWith({ layers: [{ ...image.layers[0]!.descriptor, ...change }] });

describe('parseManifest', () => {
  it('gives the manifest that was encoded', () => {
    const manifest = parseManifest(image.manifest.bytes, MEDIA_TYPES.ociManifest);
    expect(manifest.layers).toEqual(image.layers.map(({ descriptor }) => descriptor));
    expect(manifest.config).toEqual(image.config.descriptor);
    expect(encodeManifest(manifest)).toEqual(image.manifest);
  });

  it('uses the announced media type for a document without one, as old documents are', () => {
    const bytes = manifestWith({ mediaType: undefined });
    expect(parseManifest(bytes, MEDIA_TYPES.dockerManifest).mediaType).toBe(MEDIA_TYPES.dockerManifest);
    expect(parseManifest(bytes).mediaType).toBe(MEDIA_TYPES.ociManifest);
  });

  it('accepts a Content-Type with parameters', () => {
    expect(parseManifest(image.manifest.bytes, `${MEDIA_TYPES.ociManifest}; charset=utf-8`).schemaVersion).toBe(2);
  });

  it('accepts unknown fields, and lists that Go wrote as null', () => {
    expect(parseManifest(manifestWith({ extra: { deep: [1] }, layers: null, annotations: null })).layers).toEqual([]);
  });

  it('keeps embedded content that matches its descriptor', () => {
    const config = { mediaType: MEDIA_TYPES.ociEmpty, digest: digestOf('{}'), size: 2, data: 'e30=' };
    expect(parseManifest(manifestWith({ config })).config).toEqual(config);
  });

  it.each([
    ['the document', write([]), /the document must be an object, not a list/],
    ['the document', write(null), /the document must be an object, not null/],
    ['the text', Buffer.from('{"schemaVersion":2'), /not JSON in UTF-8/],
    ['the text', Buffer.from([0x7b, 0xff, 0x7d]), /not JSON in UTF-8/],
    ['the text', Buffer.alloc(0), /not JSON in UTF-8/],
    ['the text', Buffer.from('\n<!DOCTYPE html><html>Log in</html>'), /it is a web page/],
    ['schemaVersion', manifestWith({ schemaVersion: '2' }), /schemaVersion must be 2/],
    ['mediaType', manifestWith({ mediaType: 7 }), /mediaType must be a non-empty string, not 7/],
    ['config', manifestWith({ config: undefined }), /config is missing/],
    ['config', manifestWith({ config: [] }), /config must be an object, not a list/],
    ['layers', manifestWith({ layers: undefined }), /layers is missing/],
    ['layers', manifestWith({ layers: {} }), /layers must be a list, not an object/],
    ['an empty media type', layerWith({ mediaType: '' }), /layers\[0\]\.mediaType must be/],
    ['a negative size', layerWith({ size: -1 }), /layers\[0\]\.size must be a whole number of bytes, 0 or more, not -1/],
    ['a broken size', layerWith({ size: 1.5 }), /layers\[0\]\.size/],
    ['a size that doubles do not hold', layerWith({ size: 2 ** 53 }), /layers\[0\]\.size/],
    ['a size in text', layerWith({ size: '12' }), /layers\[0\]\.size must be .* not "12"/],
    ['a digest that is a path', layerWith({ digest: 'sha256:../../etc/passwd' }), /layers\[0\]\.digest must be a digest/],
    ['a digest in capitals', layerWith({ digest: digestOf('').toUpperCase() }), /layers\[0\]\.digest/],
    ['urls', layerWith({ urls: [1] }), /layers\[0\]\.urls\[0\] must be a string, not 1/],
    ['annotations', manifestWith({ annotations: { a: 1 } }), /annotations\["a"\] must be a string, not 1/],
    ['platform', layerWith({ platform: { os: 'linux' } }), /layers\[0\]\.platform\.architecture is missing/],
    ['subject', manifestWith({ subject: {} }), /subject\.mediaType is missing/],
    ['embedded content', manifestWith({ config: { ...image.config.descriptor, data: 'e30=' } }), /config\.data does not match/],
  ])('names the field when %s is wrong', async (_, bytes, pattern) => {
    await expect(() => parseManifest(bytes)).toFailWithCode('MANIFEST_INVALID', pattern);
  });

  it('refuses an index', async () => {
    await expect(() => parseManifest(index.bytes)).toFailWithCode('MANIFEST_INVALID', /is an image index/);
  });

  it('refuses a document above the size limit before parsing it', async () => {
    await expect(() => parseManifest(Buffer.alloc(MAX_READ_MANIFEST_BYTES + 1))).toFailWithCode('MANIFEST_INVALID', /are allowed/);
  });

  it('refuses a document that is not UTF-8, which readers would repair in different ways', async () => {
    const bytes = Buffer.concat([Buffer.from('{"schemaVersion":2,"annotations":{"a":"'), Buffer.from([0xff]), Buffer.from('"}}')]);
    await expect(() => parseManifest(bytes)).toFailWithCode('MANIFEST_INVALID', /not JSON in UTF-8/);
  });

  it('refuses a document that is nested too deeply', async () => {
    const bytes = Buffer.from(`{"schemaVersion":2,"x":${'['.repeat(1_000_000)}`);
    await expect(() => parseManifest(bytes)).toFailWithCode('MANIFEST_INVALID', /levels deep/);
  });

  it('does not count brackets in strings as nesting', () => {
    expect(parseManifest(manifestWith({ annotations: { a: `\\"${'['.repeat(500)}` } })).schemaVersion).toBe(2);
  });
});

describe('parseIndex', () => {
  it('gives the index that was encoded', () => {
    expect(encodeManifest(parseIndex(index.bytes))).toEqual(index);
  });

  it('refuses a manifest', async () => {
    await expect(() => parseIndex(image.manifest.bytes)).toFailWithCode('MANIFEST_INVALID', /an image index was expected/);
  });

  it('reads an index without manifests', () => {
    expect(parseIndex(write({ schemaVersion: 2, mediaType: MEDIA_TYPES.ociIndex, manifests: null })).manifests).toEqual([]);
  });
});

describe('parseManifestOrIndex', () => {
  it('distinguishes the two by their fields', () => {
    expect(isImageIndex(parseManifestOrIndex(index.bytes))).toBe(true);
    expect(isImageIndex(parseManifestOrIndex(image.manifest.bytes))).toBe(false);
    expect(parseManifestOrIndex(write({ ...read(index.bytes), mediaType: undefined })).mediaType).toBe(MEDIA_TYPES.ociIndex);
  });

  // CVE-2021-41190, and what readers in other languages make of the same bytes.
  it.each([
    ['is image and index at once', { manifests: [] }, undefined, /at once/],
    ['hides an index behind capitals', { Manifests: [] }, undefined, /"Manifests" differs from a known field only in letter case/],
    ['hides other layers behind capitals', { LAYERS: [] }, undefined, /"LAYERS"/],
    ['calls itself an index', { mediaType: MEDIA_TYPES.ociIndex }, undefined, /it has the fields of an image manifest/],
    ['is not what it was announced as', {}, MEDIA_TYPES.dockerManifest, /it was announced as/],
    [
      'was announced as an index and says nothing itself',
      { mediaType: undefined },
      MEDIA_TYPES.ociIndex,
      /it has the fields of an image manifest/,
    ],
  ])('refuses a document that %s', async (_, change, announced, pattern) => {
    await expect(() => parseManifestOrIndex(manifestWith(change), announced)).toFailWithCode('MANIFEST_INVALID', pattern);
  });

  it('refuses an index that calls itself a manifest', async () => {
    const bytes = write({ ...read(index.bytes), mediaType: MEDIA_TYPES.ociManifest });
    await expect(() => parseManifestOrIndex(bytes)).toFailWithCode('MANIFEST_INVALID', /it has the fields of an image index/);
  });

  it.each([
    ['the old Docker schema', write({ schemaVersion: 1, fsLayers: [] }), undefined, /schema 1/],
    ['a type that is no manifest', manifestWith({ mediaType: MEDIA_TYPES.ociConfig }), undefined, /Supported media types/],
    ['an answer that was not even announced as one', manifestWith({ mediaType: undefined }), 'text/html', /"text\/html" is unknown/],
  ])('says that it does not support %s', async (_, bytes, announced, pattern) => {
    await expect(() => parseManifestOrIndex(bytes, announced)).toFailWithCode('MEDIA_TYPE_UNSUPPORTED', pattern);
  });

  it('fails only with an OciError, for any bytes', () => {
    const descriptor = fc.record(
      {
        mediaType: fc.anything(),
        digest: fc.anything(),
        size: fc.anything(),
        platform: fc.anything(),
        data: fc.string(),
        urls: fc.anything(),
      },
      { requiredKeys: [] },
    );
    const anyDocument = fc.record(
      {
        schemaVersion: fc.constantFrom(2, 1, '2'),
        mediaType: fc.oneof(fc.constantFrom(...Object.values(MEDIA_TYPES)), fc.anything()),
        config: fc.oneof(fc.constant(image.config.descriptor), descriptor, fc.anything()),
        layers: fc.oneof(fc.array(descriptor), fc.anything()),
        manifests: fc.oneof(fc.array(descriptor), fc.anything()),
        annotations: fc.anything(),
        subject: fc.oneof(descriptor, fc.anything()),
      },
      { requiredKeys: ['schemaVersion'] },
    );
    // What JSON can not say (functions, big integers) never comes over the wire.
    const jsonOf = (value: unknown): Buffer =>
      Buffer.from(JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? Number(item) : item)));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => Buffer.from(text)),
          anyDocument.map(jsonOf),
        ),
        (bytes) => {
          try {
            parseManifestOrIndex(bytes);
          } catch (error) {
            if (!isOciError(error, 'MANIFEST_INVALID', 'MEDIA_TYPE_UNSUPPORTED')) throw error;
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('fails only with an OciError when bytes of a real manifest are changed', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(image.manifest.bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = Buffer.from(image.manifest.bytes);
        for (const [position, byte] of changes) bytes[position] = byte;
        try {
          parseManifestOrIndex(bytes, MEDIA_TYPES.ociManifest);
        } catch (error) {
          if (!isOciError(error, 'MANIFEST_INVALID', 'MEDIA_TYPE_UNSUPPORTED')) throw error;
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('encodeManifest', () => {
  it('returns the same bytes for any order of fields', () => {
    const manifest = parseManifest(image.manifest.bytes);
    const { config, layers, mediaType } = manifest;
    const shuffled: ImageManifest = { layers, annotations: { a: '1', b: '2' }, config, mediaType, schemaVersion: 2 };
    expect(encodeManifest(shuffled)).toEqual(image.manifest);
  });

  it('writes no white space, and fields in the order of the spec', () => {
    const text = Buffer.from(encodeManifest({ ...parseManifest(image.manifest.bytes), artifactType: 'a/b' }).bytes).toString();
    expect(text).not.toMatch(/\s/);
    expect(Object.keys(JSON.parse(text) as object)).toEqual([
      'schemaVersion',
      'mediaType',
      'artifactType',
      'config',
      'layers',
      'annotations',
    ]);
  });

  it('describes its own bytes', () => {
    expect(index.descriptor).toEqual({ mediaType: MEDIA_TYPES.ociIndex, digest: digestOf(index.bytes), size: index.bytes.length });
  });

  it('refuses to write a manifest that registries would refuse', async () => {
    const annotations = { long: 'x'.repeat(MAX_MANIFEST_BYTES) };
    await expect(() => encodeManifest({ ...parseManifest(image.manifest.bytes), annotations })).toFailWithCode(
      'BODY_TOO_LARGE',
      /shorter annotations/,
    );
  });

  it('treats __proto__ as an ordinary key', () => {
    const annotations = JSON.parse('{"__proto__":"x"}') as Record<string, string>;
    const text = Buffer.from(encodeManifest({ ...parseManifest(image.manifest.bytes), annotations }).bytes).toString();
    expect(text).toContain('{"__proto__":"x"}');
    expect(Object.keys(parseManifest(Buffer.from(text)).annotations ?? {})).toEqual(['__proto__']);
  });
});
