import { copyImage } from '@nx-oci/model';
import { makeImage, MemoryStore } from '@nx-oci/model/testing';
import { memoryStorage, type RegistryProfile, type RunningRegistry } from '@nx-oci/registry';

import { type RegistryClient } from '../client';
import { type RegistryCapabilities } from '../host/registry-capabilities';
import { type Repository } from '../repository';
import { type Disguise, undisguised } from './disguise';
import { ALICE, contentOf, testClient } from './test-client';
import { startRegistry } from './test-registry';

/** The image `team/api:v1` of a hostile registry, pushed while it was honest. */
export const IMAGE = makeImage({ layers: 2, layerBytes: 100_000 });

/** A blob that it does not have. */
export const OTHER = makeImage({ seed: 'not there yet' }).config;

/** A client of a hostile registry; closed at the end of the spec. */
export interface Trap {
  readonly registry: RunningRegistry;
  readonly client: RegistryClient;
  /** `team/api`, opened as a push target. */
  readonly api: Repository;
}

export interface TrapOptions {
  /** Default: `undisguised`. */
  readonly disguiseAs?: (host: string) => Promise<Disguise>;
  /** What the client knows about the registry. */
  readonly known?: RegistryCapabilities;
}

export async function setTrap(profile: RegistryProfile, { disguiseAs = undisguised, known }: TrapOptions = {}): Promise<Trap> {
  const storage = memoryStorage();
  await fill(storage);
  const registry = await startRegistry({ profile, storage, login: { username: ALICE.username, password: ALICE.password } });
  const disguise = await disguiseAs(registry.host);
  const client = testClient({ credential: ALICE, hosts: () => disguise.settings, env: disguise.env, recall: () => known });
  return { registry, client, api: client.repository({ registry: disguise.registry, repository: 'team/api', access: 'push' }) };
}

/** Through an honest registry over the same storage. */
async function fill(storage: ReturnType<typeof memoryStorage>): Promise<void> {
  const honest = await startRegistry({ storage });
  const api = testClient().repository({ registry: honest.host, repository: 'team/api', access: 'push' });
  await copyImage(new MemoryStore(IMAGE.contents), api, IMAGE.manifest.descriptor);
  await api.tag(IMAGE.manifest, 'v1');
}

/** Pulls `v1`, trusting the tag. */
export async function pull({ api }: Trap, into = new MemoryStore()): Promise<unknown> {
  const manifest = await api.fetchManifest('v1');
  if (manifest === undefined) throw new Error('The registry lost the image.');
  return copyImage(api, into, manifest.descriptor);
}

export function push({ api }: Trap): Promise<unknown> {
  return api.push(OTHER.descriptor, contentOf(OTHER));
}
