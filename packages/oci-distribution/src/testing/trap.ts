import { copyImage } from '@nx-oci/model';
import { makeImage, MemoryStore } from '@nx-oci/model/testing';
import { memoryStorage, type RegistryProfile, type RunningRegistry } from '@nx-oci/registry';

import { type RegistryClient } from '../client';
import { type HostFacts } from '../auth/host-facts';
import { type Repository } from '../repository';
import { type Disguise, undisguised } from './disguise';
import { ALICE, contentOf, testClient } from './test-client';
import { startRegistry } from './test-registry';

/** What a hostile registry holds as `team/api:v1`, since an honest one took it. */
export const IMAGE = makeImage({ layers: 2, layerBytes: 100_000 });

/** What it does not hold. */
export const OTHER = makeImage({ seed: 'not there yet' }).config;

/** A client that came to a hostile registry. Until the spec is over. */
export interface Trap {
  readonly registry: RunningRegistry;
  readonly client: RegistryClient;
  /** `team/api`, opened to be pushed to. */
  readonly api: Repository;
}

export interface TrapOptions {
  /** Default: as it is, on this machine and without TLS. */
  readonly disguiseAs?: (host: string) => Promise<Disguise>;
  /** What the client knows of the registry. */
  readonly known?: HostFacts;
}

export async function setTrap(profile: RegistryProfile, { disguiseAs = undisguised, known }: TrapOptions = {}): Promise<Trap> {
  const storage = memoryStorage();
  await fill(storage);
  const registry = await startRegistry({ profile, storage, login: { username: ALICE.username, password: ALICE.password } });
  const disguise = await disguiseAs(registry.host);
  const client = testClient({ credential: ALICE, hosts: () => disguise.settings, env: disguise.env, recall: () => known });
  return { registry, client, api: client.repository({ registry: disguise.registry, repository: 'team/api', access: 'push' }) };
}

/** By an honest registry over the same storage. */
async function fill(storage: ReturnType<typeof memoryStorage>): Promise<void> {
  const honest = await startRegistry({ storage });
  const api = testClient().repository({ registry: honest.host, repository: 'team/api', access: 'push' });
  await copyImage(new MemoryStore(IMAGE.contents), api, IMAGE.manifest.descriptor);
  await api.tag(IMAGE.manifest, 'v1');
}

/** Pulls `v1`, as whoever trusts the tag. */
export async function pull({ api }: Trap, into = new MemoryStore()): Promise<unknown> {
  const manifest = await api.fetchManifest('v1');
  if (manifest === undefined) throw new Error('The registry has lost what it held.');
  return copyImage(api, into, manifest.descriptor);
}

export function push({ api }: Trap): Promise<unknown> {
  return api.push(OTHER.descriptor, contentOf(OTHER));
}
