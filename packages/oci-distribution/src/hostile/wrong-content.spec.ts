import { copyImage } from '@nx-oci/model';
import { MemoryStore, toFailWithCode } from '@nx-oci/model/testing';
import { hostileProfiles } from '@nx-oci/registry';

import { type Repository } from '../repository';
import { contentOf } from '../testing/test-client';
import { IMAGE, OTHER, pull, setTrap } from '../testing/trap';

expect.extend({ toFailWithCode });

const { descriptor } = IMAGE.manifest;

describe('a hostile registry with wrong content', () => {
  it.each([
    { profile: hostileProfiles.otherBytes, code: 'DIGEST_MISMATCH', what: 'other bytes' },
    { profile: hostileProfiles.fewerBytes, code: 'SIZE_MISMATCH', what: 'fewer bytes' },
    { profile: hostileProfiles.moreBytes, code: 'SIZE_MISMATCH', what: 'more bytes' },
  ] as const)('under the right name, $what: nothing of it is used', async ({ profile, code }) => {
    const trap = await setTrap(profile);
    const store = new MemoryStore();
    await expect(pull(trap, store)).toFailWithCode(code);
    for (const content of IMAGE.contents) expect(await store.has(content.descriptor)).toBe(false);
  });

  it.each([
    { how: 'fetched', read: (api: Repository) => api.fetchManifest(descriptor.digest) },
    { how: 'looked up', read: (api: Repository) => api.resolve(descriptor.digest) },
    { how: 'copied', read: (api: Repository) => copyImage(api, new MemoryStore(), descriptor) },
  ])('under the digest of a manifest, with a matching digest header: is refused if $how', async ({ read }) => {
    const { api } = await setTrap(hostileProfiles.otherManifest);
    await expect(read(api)).toFailWithCode('DIGEST_MISMATCH');
  });

  it('in a document that is an image and an index at once is refused', async () => {
    await expect(pull(await setTrap(hostileProfiles.imageAndIndex))).toFailWithCode('MANIFEST_INVALID', /at once/);
  });

  it('in the document of an image that is announced as an index is refused', async () => {
    await expect(pull(await setTrap(hostileProfiles.imageCalledIndex))).toFailWithCode('MANIFEST_INVALID', /its media type is/);
  });

  it('of a huge announced size allocates no memory for it', async () => {
    await expect(pull(await setTrap(hostileProfiles.hugeSize))).toFailWithCode('SIZE_MISMATCH');
  });

  it('named by a digest that is a path is not requested', async () => {
    const trap = await setTrap(hostileProfiles.pathInDigest);
    await expect(pull(trap)).toFailWithCode('MANIFEST_INVALID', /config\.digest must be a digest/);
    expect(trap.registry.log.entries().filter(({ path }) => path.includes('another'))).toEqual([]);
  });
});

describe('a hostile registry that claims to have stored something else', () => {
  const layer = IMAGE.layers[0]!;
  const own = { repository: 'team/api' };

  it.each([
    { what: 'a blob', known: { oneRequestUpload: false }, act: (api: Repository) => api.push(OTHER.descriptor, contentOf(OTHER)) },
    {
      what: 'a blob in one request',
      known: { oneRequestUpload: true },
      act: (api: Repository) => api.push(OTHER.descriptor, contentOf(OTHER)),
    },
    {
      what: 'a blob in chunks',
      known: { oneRequestUpload: false, chunkBytes: 100 },
      act: (api: Repository) => api.push(OTHER.descriptor, contentOf(OTHER)),
    },
    {
      what: 'a blob that was mounted',
      known: { oneRequestUpload: false },
      act: (api: Repository) => api.mountOrPush(layer.descriptor, { ...own, registry: api.registry }, contentOf(layer)),
    },
    { what: 'a tag', known: {}, act: (api: Repository) => api.tag(IMAGE.manifest, 'v2') },
    { what: 'several tags', known: { tagParameter: true }, act: (api: Repository) => api.tagAll(IMAGE.manifest, [['v2', 'v3']]) },
  ])('for $what causes an error', async ({ known, act }) => {
    const { api } = await setTrap(hostileProfiles.falseReceipt, { known });
    await expect(act(api)).toFailWithCode('DIGEST_MISMATCH', /the registry stored/);
  });
});
