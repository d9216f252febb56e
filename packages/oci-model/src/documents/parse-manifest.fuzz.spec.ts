import { childrenOf } from './children-of';
import { isDigest } from '../names/digest';
import { MEDIA_TYPES } from './media-types';
import { parseManifestOrIndex } from './parse-manifest';
import { fuzz, makeImage, makeIndex } from '../testing';
import { fc } from '../testing/fast-check';

const TYPES = Object.values(MEDIA_TYPES);
const IMAGE = makeImage().manifest;
const INDEX = makeIndex().index;

const value = fc.oneof(
  fc.constantFrom(null, 0, -1, 1.5, 2 ** 53, '', '__proto__', IMAGE.descriptor, [], {}),
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ maxLength: 20 }),
);
const descriptor = fc.record(
  {
    mediaType: fc.oneof(fc.constantFrom(...TYPES), value),
    digest: fc.oneof(fc.constant(IMAGE.descriptor.digest), value),
    size: fc.oneof(fc.nat(), value),
    platform: value,
    annotations: value,
  },
  { requiredKeys: ['mediaType', 'digest', 'size'] },
);
const list = fc.oneof(fc.array(descriptor, { maxLength: 4 }), value);

function read(bytes: Uint8Array, announced: string | undefined): void {
  for (const { digest, size } of childrenOf(parseManifestOrIndex(bytes, announced))) {
    if (!isDigest(digest) || !Number.isSafeInteger(size) || size < 0) throw new Error('a wrong child');
  }
}

const common = {
  schemaVersion: fc.constantFrom(2, 2, 2, 1, '2'),
  mediaType: fc.oneof(fc.constantFrom(...TYPES), value),
  annotations: value,
  subject: value,
};
const manifest = fc.record({ ...common, config: fc.oneof(descriptor, value), layers: list }, { requiredKeys: ['schemaVersion'] });
const index = fc.record({ ...common, manifests: list }, { requiredKeys: ['schemaVersion'] });

it.each<{ readonly name: string; readonly document: fc.Arbitrary<object> }>([
  { name: 'manifests', document: manifest },
  { name: 'indexes', document: index },
])('no document crashes the reader of $name, or gets a child past it that breaks the grammar', ({ name, document }) => {
  const announced = fc.option(fc.constantFrom(...TYPES), { nil: undefined });
  fuzz(fc, {
    name,
    drawn: fc.tuple(
      document.map((made) => Buffer.from(JSON.stringify(made))),
      announced,
    ),
    read: ([bytes, type]) => read(bytes, type),
  });
});

it.each([
  { name: 'damaged manifests', whole: IMAGE.bytes },
  { name: 'damaged indexes', whole: INDEX.bytes },
])('nothing that happens to its bytes makes one of the $name crash its reader', ({ name, whole }) => {
  const cut = fc.record({ at: fc.nat(whole.byteLength), drop: fc.nat(20), insert: fc.uint8Array({ maxLength: 10 }) });
  fuzz(fc, {
    name,
    drawn: fc.array(cut, { minLength: 1, maxLength: 4 }),
    read: (cuts) => read(cuts.reduce<Uint8Array>(damage, whole), undefined),
  });
});

function damage(
  bytes: Uint8Array,
  { at, drop, insert }: { readonly at: number; readonly drop: number; readonly insert: Uint8Array },
): Uint8Array {
  return Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + drop)]);
}
