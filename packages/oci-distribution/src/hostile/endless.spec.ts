import { setTimeout as wait } from 'node:timers/promises';

import { copyImage, MAX_READ_MANIFEST_BYTES } from '@nx-oci/model';
import { MemoryStore, toFailWithCode } from '@nx-oci/model/testing';
import { hostileProfiles, type Listener } from '@nx-oci/registry';

import { type Repository } from '../repository';
import { contentOf } from '../testing/test-client';
import { IMAGE, OTHER, pull, setTrap, type Trap } from '../testing/trap';

expect.extend({ toFailWithCode });

const LAYER = IMAGE.layers[0]!;

describe('a hostile registry with endless content', () => {
  const LIMIT_BYTES = 4 * MAX_READ_MANIFEST_BYTES;
  let trap: Trap;

  beforeEach(async () => {
    trap = await setTrap(hostileProfiles.endlessBody);
  });

  it.each([
    ['a manifest', 'BODY_TOO_LARGE', (api: Repository) => api.fetchManifest('v1')],
    ['a list of tags', 'BODY_TOO_LARGE', (api: Repository) => api.listTags()],
    ['a list of referrers', 'BODY_TOO_LARGE', (api: Repository) => api.listReferrers(IMAGE.manifest.descriptor.digest)],
    ['a blob', 'SIZE_MISMATCH', (api: Repository) => copyImage(api, new MemoryStore(), LAYER.descriptor)],
    ['an error', 'DENIED', (api: Repository) => api.push(OTHER.descriptor, contentOf(OTHER))],
  ] as const)('with %s is cut off (%s)', async (_what, code, act) => {
    const { api, registry } = trap;
    await expect(act(api)).toFailWithCode(code);
    const poured = await findPoured(registry);
    expect(poured.length).toBeGreaterThan(0);
    for (const bytes of poured) expect(bytes).toBeLessThan(LIMIT_BYTES);
  });
});

/** The length of each endless body; the registry notices a little later than we that it is no longer read. */
async function findPoured({ log }: Pick<Listener, 'log'>): Promise<readonly number[]> {
  for (let waitedMs = 0; waitedMs < 5000; waitedMs += 20) {
    const poured = log.entries().flatMap(({ bytesOut }) => (bytesOut > 1000 ? [bytesOut] : []));
    if (poured.length > 0) return poured;
    await wait(20);
  }
  return [];
}

describe('a hostile registry with an endless token', () => {
  it('is cut off long before the token is as large as a manifest', async () => {
    const trap = await setTrap(hostileProfiles.endlessToken);
    await expect(pull(trap)).toFailWithCode('BODY_TOO_LARGE', /the token of/);
    for (const bytes of await findPoured(trap.registry.secondServer!)) expect(bytes).toBeLessThan(MAX_READ_MANIFEST_BYTES);
  });
});

describe('a hostile registry that loops', () => {
  it('by redirects is followed five times', async () => {
    const trap = await setTrap(hostileProfiles.endlessRedirect);
    await expect(pull(trap)).toFailWithCode('REDIRECT_REFUSED', /more than 5/);
    expect(trap.registry.log.entries().filter(({ status }) => status === 302)).toHaveLength(6);
  });

  it('through the pages of its tags is given up', async () => {
    const { api, registry } = await setTrap(hostileProfiles.endlessPages);
    expect((await api.listTags()).unread?.message).toContain('the next page was already read');
    expect(registry.log.entries().length).toBeLessThan(1010);
  });

  it('through the pages of its referrers is given up', async () => {
    const { api, registry } = await setTrap(hostileProfiles.endlessPages);
    await expect(api.listReferrers(IMAGE.manifest.descriptor.digest)).toFailWithCode('REGISTRY_FAILED', /the next page was already read/);
    expect(registry.log.entries().filter(({ path }) => path.includes('/referrers/')).length).toBeLessThan(110);
  });
});
