import { makeImage } from '@nx-oci/model/testing';
import { type RunningRegistry } from '@nx-oci/registry';

import { type RegistryClient } from '../client';
import { type Repository } from '../repository';
import { MANIFEST_UNKNOWN } from '../testing/scripted-server';
import { contentOf, testClient } from '../testing/test-client';
import { startRegistry } from '../testing/test-registry';

const IMAGE = makeImage({ layers: 3 });
const BLOBS = [...IMAGE.layers, IMAGE.config];

describe('a blob that is assumed to exist', () => {
  let registry: RunningRegistry;
  let client: RegistryClient;
  let repository: Repository;

  beforeEach(async () => {
    registry = await startRegistry();
    client = testClient();
    repository = client.repository({ registry: registry.host, repository: 'app', access: 'push' });
  });

  afterEach(async () => {
    await client.close();
    await registry.close();
  });

  const requests = (): readonly string[] => registry.log.entries().map(({ method, path }) => `${method} ${path.split('/')[4] ?? ''}`);
  const head = async (path: string): Promise<number> =>
    (await fetch(`${registry.url}/v2/app/${path}`, { method: 'HEAD', headers: { accept: IMAGE.manifest.descriptor.mediaType } })).status;

  it('costs no request if it exists', async () => {
    for (const blob of BLOBS) await repository.push(blob.descriptor, contentOf(blob));
    registry.log.clear();
    for (const blob of BLOBS) repository.assume({ descriptor: blob.descriptor, open: contentOf(blob) });
    await repository.tag(IMAGE.manifest, 'v1');
    expect(registry.log.entries()).toHaveLength(1);
  });

  it('is sent once if the registry lacks it, even if another object for the same repository sets several tags', async () => {
    const [there, ...missing] = BLOBS;
    await repository.push(there!.descriptor, contentOf(there!));
    registry.log.clear();
    const open = BLOBS.map((blob) => jest.fn(contentOf(blob)));
    BLOBS.forEach((blob, index) => repository.assume({ descriptor: blob.descriptor, open: open[index]! }));
    const other = client.repository({ registry: registry.host, repository: 'app', access: 'push' });
    await Promise.all(['a', 'b', 'c'].map((tag) => other.tag(IMAGE.manifest, tag)));
    expect(await Promise.all(['a', 'b', 'c'].map((tag) => head(`manifests/${tag}`)))).toEqual([200, 200, 200]);
    expect(open.map(({ mock }) => mock.calls.length)).toEqual([0, 1, 1, 1]);
    expect(requests().filter((request) => request.startsWith('POST'))).toHaveLength(missing.length);
  });

  it('is checked with all others if the registry does not say which are missing', async () => {
    for (const blob of BLOBS) repository.assume({ descriptor: blob.descriptor, open: contentOf(blob) });
    const body = JSON.stringify({ errors: [{ code: 'BLOB_UNKNOWN', message: 'something is missing' }] });
    registry.faults.add({ method: 'PUT', path: /manifests/, answer: { status: 404, body } });
    await repository.tag(IMAGE.manifest, 'v1');
    expect(await head('manifests/v1')).toBe(200);
  });

  describe('that the registry has but does not know yet', () => {
    const refuse = (times: number): void => {
      const body = JSON.stringify({
        errors: [{ code: 'MANIFEST_BLOB_UNKNOWN', message: 'unknown', detail: { digest: BLOBS[0]!.descriptor.digest } }],
      });
      registry.faults.add({ method: 'PUT', path: /manifests/, times, answer: { status: 404, body } });
    };
    const puts = (): number => requests().filter((request) => request === 'PUT v1').length;

    it.each(['sent', 'taken to be there'])('is waited for if it was %s', async (how) => {
      for (const blob of BLOBS) await repository.push(blob.descriptor, contentOf(blob));
      if (how !== 'sent') for (const blob of BLOBS) repository.assume({ descriptor: blob.descriptor, open: contentOf(blob) });
      refuse(2);
      await repository.tag(IMAGE.manifest, 'v1');
      expect(await head('manifests/v1')).toBe(200);
      expect(puts()).toBe(3);
    });

    it('is not waited for longer than that, nor if this run did not upload it', async () => {
      const stranger = testClient().repository({ registry: registry.host, repository: 'app', access: 'push' });
      refuse(Infinity);
      await expect(stranger.tag(IMAGE.manifest, 'v1')).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(puts()).toBe(1);
      for (const blob of BLOBS) await repository.push(blob.descriptor, contentOf(blob));
      await expect(repository.tag(IMAGE.manifest, 'v1')).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(puts()).toBe(4);
    });
  });

  it('fails the manifest, and sets no tag, if it cannot be read', async () => {
    for (const blob of BLOBS.slice(1)) await repository.push(blob.descriptor, contentOf(blob));
    const open = (): Promise<never> => Promise.reject(new Error('the disk is gone'));
    repository.assume({ descriptor: BLOBS[0]!.descriptor, open });
    await expect(repository.tag(IMAGE.manifest, 'v1')).rejects.toThrow('the disk is gone');
    expect(await head('manifests/v1')).toBe(404);
  });
});

describe('a blob that may exist in its own repository', () => {
  const [layer] = IMAGE.layers;
  const { descriptor } = layer!;

  async function run(work: (repository: Repository, registry: RunningRegistry) => Promise<void>): Promise<readonly string[]> {
    const registry = await startRegistry();
    // Small blobs are sent without a check to a host that accepts them in one request.
    const client = testClient({ recall: () => ({ oneRequestUpload: false }) });
    await work(client.repository({ registry: registry.host, repository: 'app', access: 'push' }), registry);
    await Promise.all([client.close(), registry.close()]);
    return registry.log.entries().map(({ method }) => method);
  }

  const bring = (repository: Repository): Promise<string> => repository.mountOrPush(descriptor, repository, contentOf(layer!));

  it('is found with one request, and sent with two if it is missing', async () => {
    const methods = await run(async (repository) => {
      expect(await bring(repository)).toBe('uploaded');
      expect(await bring(repository)).toBe('present');
    });
    expect(methods).toEqual(['POST', 'PUT', 'POST']);
  });

  it('is checked by HEAD at a registry that never mounts: its 202 would hide existing blobs', async () => {
    const methods = await run(async (repository, registry) => {
      registry.faults.add({
        method: 'GET',
        path: /manifests/,
        answer: { status: 404, headers: { 'x-artifactory-id': 'x' }, body: MANIFEST_UNKNOWN },
      });
      await repository.resolve('v1');
      expect(await bring(repository)).toBe('uploaded');
      expect(await bring(repository)).toBe('present');
    });
    expect(methods).toEqual(['GET', 'HEAD', 'POST', 'PUT', 'HEAD']);
  });

  it.each([400, 404, 405])('is checked by HEAD from then on if the mount is answered with %i', async (status) => {
    const methods = await run(async (repository, registry) => {
      registry.faults.add({ method: 'POST', path: /mount=/, answer: { status } });
      expect(await bring(repository)).toBe('uploaded');
      expect(await bring(repository)).toBe('present');
    });
    expect(methods).toEqual(['POST', 'POST', 'PUT', 'HEAD']);
  });
});
