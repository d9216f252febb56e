import { array, assert, constantFrom, property, record, stringMatching, uniqueArray } from 'fast-check';
import { ANNOTATIONS, type Digest } from '@nx-oci/model';

import { type UsedImage } from './image-record';
import { baseLabels, parseOtherBases } from './base-labels';

const digest = (digit: string): Digest => `sha256:${digit.repeat(64)}`;
const used = (role: UsedImage['role'], name: string, ...digits: readonly string[]): UsedImage => ({
  role,
  reference: `a.test/${name}:1`,
  digests: digits.map(digest),
});

describe('the labels of the images that an image is made of', () => {
  it('are the standard ones if it only has a base', () => {
    expect(baseLabels({ images: [used('base', 'a', '1')] })).toEqual({
      [ANNOTATIONS.baseName]: 'a.test/a:1',
      [ANNOTATIONS.baseDigest]: digest('1'),
    });
    expect(baseLabels({})).toEqual({});
  });

  it('are not those of the base if a user set them', () => {
    const labels = { [ANNOTATIONS.baseName]: 'mine' };
    expect(baseLabels({ images: [used('base', 'a', '1')] }, labels)).toEqual({ [ANNOTATIONS.bases]: `a.test/a:1=${digest('1')}` });
  });

  it('return the others when they are read, in any order', () => {
    const image = record({
      reference: stringMatching(/^[a-z]{1,5}\.test(:[1-9]\d{3})?\/[a-z]{1,5}:[a-z0-9]{1,4}$/),
      digests: uniqueArray(constantFrom('1', '2', '3').map(digest)),
      role: constantFrom<UsedImage['role']>('source'),
    });
    const byName = (images: readonly Pick<UsedImage, 'reference' | 'digests'>[]) =>
      images.map(({ reference, digests }) => `${reference} ${digests.toSorted().join()}`).sort();
    assert(
      property(uniqueArray(image, { selector: ({ reference }) => reference }), constantFrom(true, false), (images, hasUnknownImage) => {
        const label = baseLabels({ images, hasUnknownImage })[ANNOTATIONS.bases] ?? '';
        const found = parseOtherBases(label);
        expect(byName(found.images)).toEqual(byName(images));
        expect(found.hasUnknown).toBe(hasUnknownImage);
        expect(baseLabels({ images: images.toReversed(), hasUnknownImage })[ANNOTATIONS.bases] ?? '').toBe(label);
      }),
    );
  });

  it('count as unknown if anything else wrote them', () => {
    assert(
      property(array(stringMatching(/^[ -~]{0,20}$/)), (words) => {
        expect(() => parseOtherBases(words.join(' '))).not.toThrow();
      }),
    );
    expect(parseOtherBases('a=b')).toEqual({ images: [], hasUnknown: true });
  });
});
