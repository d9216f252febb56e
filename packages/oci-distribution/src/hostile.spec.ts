import { setTimeout as wait } from 'node:timers/promises';

import { copyImage, MAX_READ_MANIFEST_BYTES, type OciError } from '@nx-oci/model';
import { makeImage, MemoryStore, toFailWithCode } from '@nx-oci/model/testing';
import { hostileProfiles, memoryStorage, type RegistryProfile, type RunningRegistry } from '@nx-oci/registry';

import { type RegistryClient } from './client';
import { type Repository } from './repository';
import { asPublicRegistry, undisguised, withTls, type Disguise } from './testing/disguise';
import { ALICE, contentOf, testClient } from './testing/test-client';
import { startRegistry } from './testing/test-registry';

expect.extend({ toFailWithCode });

const IMAGE = makeImage({ layers: 2, layerBytes: 100_000 });
const LAYER = IMAGE.layers[0]!;
const OTHER = makeImage({ seed: 'not there yet' }).layers[0]!;

/** What a spec has to do with: a client that came to a hostile registry, which holds an image. */
interface Trap {
  readonly registry: RunningRegistry;
  readonly api: Repository;
  close(): Promise<void>;
}

async function setTrap(profile: RegistryProfile, disguiseAs: (host: string) => Promise<Disguise> = undisguised): Promise<Trap> {
  const storage = memoryStorage();
  await fill(storage);
  const registry = await startRegistry({ profile, storage, login: { username: ALICE.username, password: ALICE.password } });
  const disguise = await disguiseAs(registry.host);
  const client: RegistryClient = testClient({ credential: ALICE, hosts: () => disguise.settings, env: disguise.env });
  const close = async (): Promise<void> => {
    await client.close();
    await disguise.close();
    await registry.close();
  };
  return { registry, api: client.repository({ registry: disguise.registry, repository: 'team/api', access: 'push' }), close };
}

/** By an honest registry over the same storage. */
async function fill(storage: ReturnType<typeof memoryStorage>): Promise<void> {
  const honest = await startRegistry({ storage });
  const client = testClient();
  const api = client.repository({ registry: honest.host, repository: 'team/api', access: 'push' });
  await copyImage(new MemoryStore(IMAGE.contents), api, IMAGE.manifest.descriptor);
  await api.tag(IMAGE.manifest, 'v1');
  await client.close();
  await honest.close();
}

let trap: Trap | undefined;
afterEach(() => trap?.close());

const pull = async ({ api }: Trap, into = new MemoryStore()): Promise<unknown> => {
  const manifest = await api.fetchManifest('v1');
  return copyImage(api, into, manifest!.descriptor);
};
const push = ({ api }: Trap): Promise<unknown> => api.push(OTHER.descriptor, contentOf(OTHER));

describe('a hostile registry that wants the login to be sent elsewhere', () => {
  const attacks = [
    { attack: 'by naming a token service', profile: hostileProfiles.foreignRealm, act: pull, refusal: 'REALM_REFUSED' },
    { attack: 'by redirecting readers', profile: hostileProfiles.foreignRedirect, act: pull, refusal: 'REDIRECT_REFUSED' },
    { attack: 'by taking uploads', profile: hostileProfiles.foreignUpload, act: push, refusal: 'REDIRECT_REFUSED' },
  ] as const;

  it.each(attacks)('to another port of this machine, $attack: who listens there gets requests without it', async ({ profile, act }) => {
    trap = await setTrap(profile);
    await expect(act(trap)).toFailWithCode('UNAUTHORIZED');
    const got = trap.registry.elsewhere!.log.entries();
    expect(got.length).toBeGreaterThan(0);
    expect(got.map(({ authorization }) => authorization)).toEqual(got.map(() => undefined));
  });

  it.each(attacks)('from a public name to this machine, $attack: who listens there gets nothing', async ({ profile, act, refusal }) => {
    trap = await setTrap(profile, asPublicRegistry);
    await expect(act(trap)).toFailWithCode(refusal, /that is a private address/);
    expect(trap.registry.log.entries().length).toBeGreaterThan(0);
    expect(trap.registry.elsewhere!.log.entries()).toEqual([]);
  });

  it.each(attacks)('from TLS to none, $attack: who listens there gets nothing', async ({ profile, act, refusal }) => {
    trap = await setTrap(profile, withTls);
    await expect(act(trap)).toFailWithCode(refusal, /that is without TLS/);
    expect(trap.registry.log.entries().length).toBeGreaterThan(0);
    expect(trap.registry.elsewhere!.log.entries()).toEqual([]);
  });
});

describe('a hostile registry that gives wrong content', () => {
  it.each([
    { profile: hostileProfiles.otherBytes, code: 'DIGEST_MISMATCH', what: 'other bytes' },
    { profile: hostileProfiles.fewerBytes, code: 'SIZE_MISMATCH', what: 'fewer bytes' },
    { profile: hostileProfiles.moreBytes, code: 'SIZE_MISMATCH', what: 'more bytes' },
  ] as const)('under the right name, $what: nothing of it is taken', async ({ profile, code }) => {
    trap = await setTrap(profile);
    const store = new MemoryStore();
    await expect(pull(trap, store)).toFailWithCode(code);
    for (const { descriptor } of IMAGE.contents) expect(await store.has(descriptor)).toBe(false);
  });

  it('in a document that is an image and an index at once: it is not read', async () => {
    trap = await setTrap(hostileProfiles.imageAndIndex);
    await expect(pull(trap)).toFailWithCode('MANIFEST_INVALID', /at once/);
  });

  it('of a size that no memory holds: no memory is set aside for it', async () => {
    trap = await setTrap(hostileProfiles.hugeSize);
    await expect(pull(trap)).toFailWithCode('SIZE_MISMATCH');
  });
});

describe('a hostile registry that never comes to an end', () => {
  const LIMIT_BYTES = 4 * MAX_READ_MANIFEST_BYTES;

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
    const { api, registry } = trap!;
    await expect(act(api)).toFailWithCode(code);
    const poured = await findPoured(registry);
    expect(poured.length).toBeGreaterThan(0);
    for (const bytes of poured) expect(bytes).toBeLessThan(LIMIT_BYTES);
  });
});

/** How much each endless body came to; the registry notices a little later than we that nobody reads it any more. */
async function findPoured({ log }: RunningRegistry): Promise<readonly number[]> {
  for (let waitedMs = 0; waitedMs < 5000; waitedMs += 20) {
    const poured = log.entries().flatMap(({ bytesOut }) => (bytesOut > 1000 ? [bytesOut] : []));
    if (poured.length > 0) return poured;
    await wait(20);
  }
  return [];
}

describe('a hostile registry that writes to the terminal', () => {
  it('gets its words printed and nothing that a terminal would obey', async () => {
    trap = await setTrap(hostileProfiles.terminalCodes);
    const failure = (await push(trap).catch((error: unknown) => error)) as OciError;
    expect(failure.code).toBe('DENIED');
    expect(failure.message).toContain('everything was published');
    // Controls of C0 and C1, and what turns the direction of a text around.
    expect(`${failure.message}${failure.hint ?? ''}`).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
  });
});
