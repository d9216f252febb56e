import { digestOf } from '@nx-oci/model';
import { makeImage } from '@nx-oci/model/testing';
import { type RunningRegistry } from '@nx-oci/registry';

import { type RegistryClient } from '../client';
import { type Repository } from '../repository';
import { ALICE, contentOf, knows, testClient } from '../testing/test-client';
import { startRegistry } from '../testing/test-registry';

const LAYER = makeImage({ layers: 1, layerBytes: 1_000_000 }).layers[0]!;
const { descriptor } = LAYER;

describe('mounting a blob', () => {
  const login = { username: ALICE.username, password: ALICE.password };
  let registry: RunningRegistry;
  let client: RegistryClient;

  beforeEach(async () => {
    registry = await startRegistry({ login: { ...login, scheme: 'bearer' } });
    const earlier = testClient({ credential: ALICE });
    await earlier.repository({ registry: registry.host, repository: 'base', access: 'push' }).push(descriptor, contentOf(LAYER));
    await earlier.close();
    client = testClient({ credential: ALICE });
    registry.log.clear();
  });

  afterEach(async () => {
    await client.close();
    await registry.close();
  });

  const target = (mountSources: readonly string[] = []): Repository =>
    client.repository({ registry: registry.host, repository: 'app', access: 'push', mountSources });
  const requests = (): readonly string[] => registry.log.entries().map(({ method, path }) => `${method} ${path.replace(/\?.*/, '')}`);

  it('sends no bytes, with a token for both repositories', async () => {
    const open = jest.fn(contentOf(LAYER));
    expect(await target().mountOrPush(descriptor, { registry: registry.host, repository: 'base' }, open)).toBe('mounted');
    expect(open).not.toHaveBeenCalled();
    const tokenRequest = registry.log.entries().find(({ path }) => path.includes('scope='))!.path;
    expect(new URL(tokenRequest, 'http://x').searchParams.getAll('scope')).toEqual(['repository:app:pull,push', 'repository:base:pull']);
  });

  it('requests one token if the sources are known in advance', async () => {
    const app = target(['base']);
    await app.resolve('v1');
    await app.mountOrPush(descriptor, { registry: registry.host, repository: 'base' }, contentOf(LAYER));
    expect(requests().filter((request) => request.startsWith('GET /token'))).toHaveLength(1);
  });

  it('uploads in the opened session if the source does not have the blob', async () => {
    expect(await target().mountOrPush(descriptor, { registry: registry.host, repository: 'other' }, contentOf(LAYER))).toBe('uploaded');
    const sessions = registry.log.entries().filter(({ method, status }) => method === 'POST' && status === 202);
    expect(sessions).toHaveLength(1);
  });

  it.each([400, 401, 403, 404, 405])('uploads when the registry answers the mount with %i', async (status) => {
    registry.faults.add({ method: 'POST', path: /mount=/, answer: { status }, times: 3 });
    expect(await target().mountOrPush(descriptor, { registry: registry.host, repository: 'base' }, contentOf(LAYER))).toBe('uploaded');
  });

  it('retries after a rate limit', async () => {
    registry.faults.add({ method: 'POST', path: /mount=/, answer: { status: 429 } });
    const open = jest.fn(contentOf(LAYER));
    expect(await target().mountOrPush(descriptor, { registry: registry.host, repository: 'base' }, open)).toBe('mounted');
    expect(open).not.toHaveBeenCalled();
  });

  it('uploads when the token service gives no token for the source', async () => {
    registry.faults.add({ method: 'GET', path: /scope=repository%3Abase/, answer: { status: 403 }, times: Infinity });
    expect(await target(['base']).mountOrPush(descriptor, { registry: registry.host, repository: 'base' }, contentOf(LAYER))).toBe(
      'uploaded',
    );
  });

  it('does not try to mount from another host, or with another account', async () => {
    const accounts = { find: (_: string, repository: string) => knows(repository === 'base' ? undefined : ALICE).find('', '') };
    const other = testClient({ credentials: accounts });
    const app = other.repository({ registry: registry.host, repository: 'app', access: 'push' });
    await app.mountOrPush(descriptor, { registry: registry.host, repository: 'base' }, contentOf(LAYER));
    await app.mountOrPush(descriptor, { registry: 'registry.example.com', repository: 'elsewhere' }, contentOf(LAYER));
    expect(registry.log.entries().filter(({ path }) => path.includes('mount='))).toHaveLength(0);
    await other.close();
  });
});

describe('a mount that a registry loses', () => {
  it('is replaced by an upload when the manifest is refused', async () => {
    const registry = await startRegistry();
    const client = testClient();
    const image = makeImage({ layers: 3 });
    const repository = client.repository({ registry: registry.host, repository: 'app', access: 'push' });
    await repository.push(image.config.descriptor, contentOf(image.config));
    // The registry says "mounted", but does not have the blob.
    registry.faults.add({ method: 'POST', path: /mount=/, answer: { status: 201 }, times: 3 });
    for (const layer of image.layers) {
      const from = { registry: registry.host, repository: 'base' };
      expect(await repository.mountOrPush(layer.descriptor, from, contentOf(layer))).toBe('mounted');
    }
    await repository.tag(image.manifest, 'v1');
    const answer = await fetch(`${registry.url}/v2/app/manifests/v1`, { headers: { accept: image.manifest.descriptor.mediaType } });
    expect(digestOf(Buffer.from(await answer.arrayBuffer()))).toBe(image.manifest.descriptor.digest);
    await Promise.all([client.close(), registry.close()]);
  });
});
