import { createRegistryClient, type RegistryClient } from '@nx-oci/distribution';
import { copyImage } from '@nx-oci/model';
import { makeImage, MemoryStore } from '@nx-oci/model/testing';
import { startRegistry, type RunningRegistry } from '@nx-oci/registry';

import { memorizeManifests } from './memorize-manifests';

const IMAGE = makeImage();
const { digest } = IMAGE.manifest.descriptor;

describe('a repository that remembers manifests', () => {
  let registry: RunningRegistry;
  let client: RegistryClient;

  beforeEach(async () => {
    registry = await startRegistry();
    client = createRegistryClient({ credentials: { find: () => Promise.resolve({ searched: [] }) }, env: {} });
  });

  afterEach(async () => {
    await client.close();
    await registry.close();
  });

  const open = () => memorizeManifests(client.repository({ registry: registry.host, repository: 'app', access: 'push' }));
  const push = async (): Promise<void> => {
    const repository = client.repository({ registry: registry.host, repository: 'app', access: 'push' });
    await copyImage(new MemoryStore(IMAGE.contents), repository, IMAGE.manifest.descriptor);
    await repository.tag(IMAGE.manifest, 'v1');
    registry.log.clear();
  };
  const gets = () => registry.log.entries().filter(({ method }) => method === 'GET').length;

  it('fetches one once, even for parallel calls', async () => {
    await push();
    const repository = open();
    const found = await Promise.all([repository.fetchManifest(digest), repository.fetchManifest(digest)]);
    expect([...found, await repository.fetchManifest(digest)].map((manifest) => manifest?.descriptor.digest)).toEqual([
      digest,
      digest,
      digest,
    ]);
    expect(gets()).toBe(1);
  });

  it.each(['resolve', 'inspect'] as const)('does not fetch a manifest that came with %s of a tag', async (look) => {
    await push();
    const repository = open();
    await repository[look]('v1');
    expect((await repository.fetchManifest(digest))?.descriptor.digest).toBe(digest);
    expect(gets()).toBe(1);
  });

  it('does not remember missing content', async () => {
    const repository = open();
    expect(await repository.fetchManifest(digest)).toBeUndefined();
    await push();
    expect((await repository.fetchManifest(digest))?.descriptor.digest).toBe(digest);
  });

  it('does not remember a failure', async () => {
    await push();
    const repository = open();
    registry.faults.add({ method: 'GET', path: /manifests/, answer: { status: 400 } });
    await expect(repository.fetchManifest(digest)).rejects.toThrow('answered 400');
    expect((await repository.fetchManifest(digest))?.descriptor.digest).toBe(digest);
  });

  it('reads a tag every time', async () => {
    await push();
    const repository = open();
    await repository.resolve('v1');
    registry.faults.add({ method: 'GET', path: /manifests/, answer: { status: 404, body: '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}' } });
    expect(await repository.resolve('v1')).toBeUndefined();
  });
});
