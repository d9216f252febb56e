import { ANNOTATIONS, parseIndex, parsePlatform } from '@nx-oci/model';
import { makeImage } from '@nx-oci/model/testing';

import { buildIndex } from './build-index';
import { stampImage } from './stamp-image';
import { stampIndex } from './stamp-index';

const amd64 = makeImage();
const arm64 = makeImage({ platform: 'linux/arm64' });
const index = buildIndex(
  [
    { manifest: amd64.manifest, platform: parsePlatform('linux/amd64'), annotations: { [ANNOTATIONS.baseDigest]: 'its base' } },
    { manifest: arm64.manifest, platform: parsePlatform('linux/arm64') },
  ],
  { [ANNOTATIONS.title]: 'mine' },
);
const facts = { [ANNOTATIONS.title]: 'ours', [ANNOTATIONS.revision]: 'a1b2c3d' };
const stampAll = (labels = facts) =>
  new Map(
    [amd64, arm64].map(({ manifest, config }) => {
      const stamped = stampImage({ manifest, config: config.bytes }, { labels, annotations: labels });
      return [manifest.descriptor.digest, stamped.manifest.descriptor] as const;
    }),
  );

describe('stampIndex', () => {
  it('leads each platform to its stamped image, in the same order', () => {
    const before = parseIndex(index.bytes).manifests;
    const after = parseIndex(stampIndex(index, stampAll(), facts).bytes).manifests;
    expect(after.map(({ platform }) => platform)).toEqual(before.map(({ platform }) => platform));
    expect(after.map(({ digest }) => digest)).toEqual([...stampAll().values()].map(({ digest }) => digest));
    expect(after.map(({ annotations }) => annotations)).toEqual([{ [ANNOTATIONS.baseDigest]: 'its base' }, undefined]);
  });

  it('writes the facts as annotations, without replacing an existing one', () => {
    const { annotations } = parseIndex(stampIndex(index, stampAll(), facts).bytes);
    expect(annotations).toEqual({ [ANNOTATIONS.title]: 'mine', [ANNOTATIONS.revision]: 'a1b2c3d' });
  });

  it('gives the same digest for the same images and facts, and another one for others', () => {
    const digest = stampIndex(index, stampAll(), facts).descriptor.digest;
    expect(
      stampIndex(index, new Map([...stampAll()].reverse()), Object.fromEntries(Object.entries(facts).reverse())).descriptor.digest,
    ).toBe(digest);
    expect(stampIndex(index, stampAll(), { ...facts, more: 'x' }).descriptor.digest).not.toBe(digest);
  });
});
