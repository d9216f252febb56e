import { digestOf } from '@nx-oci/model';
import { makeImage, toFailWithCode } from '@nx-oci/model/testing';
import { profiles, type RegistryProfile, type RunningRegistry } from '@nx-oci/registry';

import { type RegistryClient } from '../client';
import { type RegistryCapabilities } from '../host/registry-capabilities';
import { type Repository } from '../repository';
import { MANIFEST_UNKNOWN } from '../testing/scripted-server';
import { contentOf, testClient } from '../testing/test-client';
import { startRegistry } from '../testing/test-registry';

expect.extend({ toFailWithCode });

const { config, layers } = makeImage({ layers: 2, layerBytes: 1_500_000 });
const [large, other] = [layers[0]!, layers[1]!];

describe('an upload in one request', () => {
  let registry: RunningRegistry;
  let client: RegistryClient;

  const start = async (
    options: { readonly profile?: RegistryProfile; readonly known?: RegistryCapabilities } = {},
  ): Promise<Repository> => {
    registry = await startRegistry({ profile: options.profile });
    client = testClient({ recall: () => options.known });
    return client.repository({ registry: registry.host, repository: 'a', access: 'push' });
  };

  afterEach(async () => {
    await client.close();
    await registry.close();
  });

  const requests = (): readonly string[] => registry.log.entries().map(({ method, status }) => `${method} ${status}`);
  const facts = (): RegistryCapabilities | undefined => client.learned().get(registry.host);
  const stored = async (digest: string): Promise<string> =>
    digestOf(Buffer.from(await (await fetch(`${registry.url}/v2/a/blobs/${digest}`)).arrayBuffer()));

  it('is tried with a small blob at an unknown host, and then used for missing blobs', async () => {
    const a = await start();
    expect(await a.push(large.descriptor, contentOf(large))).toBe('uploaded');
    expect(await a.push(config.descriptor, contentOf(config))).toBe('uploaded');
    expect(await a.push(other.descriptor, contentOf(other))).toBe('uploaded');
    expect(requests()).toEqual(['POST 202', 'PUT 201', 'POST 201', 'POST 201']);
    expect(facts()).toEqual({ oneRequestUpload: true });
    for (const { descriptor } of [large, config, other]) expect(await stored(descriptor.digest)).toBe(descriptor.digest);
  });

  it('is used at once if an earlier run saw it work, unless the blob is large and may exist', async () => {
    const a = await start({ known: { oneRequestUpload: true } });
    const here = { registry: registry.host, repository: 'a' };
    await a.mountOrPush(config.descriptor, here, contentOf(config));
    expect(await a.mountOrPush(config.descriptor, here, contentOf(config))).toBe('present');
    await a.mountOrPush(large.descriptor, here, contentOf(large));
    expect(await a.mountOrPush(large.descriptor, here, contentOf(large))).toBe('present');
    expect(requests()).toEqual(['POST 201', 'POST 201', 'POST 202', 'PUT 201', 'POST 201']);
    expect(registry.log.entries()[1]).toMatchObject({ bytesIn: 0 });
  });

  it('does not prevent a mount', async () => {
    const a = await start();
    await client.repository({ registry: registry.host, repository: 'b', access: 'push' }).push(config.descriptor, contentOf(config));
    const from = { registry: registry.host, repository: 'b' };
    expect(await a.mountOrPush(config.descriptor, from, contentOf(config))).toBe('mounted');
  });

  it('that only opened a session continues there, and is not tried again', async () => {
    const a = await start({ profile: profiles.ghcr });
    await a.push(config.descriptor, contentOf(config));
    await a.push(config.descriptor, contentOf(config));
    expect(requests()).toEqual(['POST 202', 'PUT 201', 'POST 202', 'PUT 201']);
    expect(facts()).toEqual({ oneRequestUpload: false });
    expect(await stored(config.descriptor.digest)).toBe(config.descriptor.digest);
  });

  it('is not tried if an earlier run saw it fail', async () => {
    const a = await start({ known: { oneRequestUpload: false } });
    const open = jest.fn(contentOf(config));
    await a.push(config.descriptor, open);
    expect(requests()).toEqual(['POST 202', 'PUT 201']);
    expect(open).toHaveBeenCalledTimes(1);
  });

  it('is not tried at distribution, which identifies itself', async () => {
    const a = await start();
    const headers = { 'docker-distribution-api-version': 'registry/2.0' };
    registry.faults.add({ method: 'GET', path: /manifests/, answer: { status: 404, headers, body: MANIFEST_UNKNOWN } });
    await a.resolve('latest');
    await a.push(config.descriptor, contentOf(config));
    expect(requests()).toEqual(['GET 404', 'POST 202', 'PUT 201']);
  });

  it.each([400, 403, 405, 415])('that is answered with %i is replaced by two requests', async (status) => {
    const a = await start({ known: { oneRequestUpload: true } });
    registry.faults.add({ method: 'POST', path: /digest=/, answer: { status } });
    expect(await a.push(config.descriptor, contentOf(config))).toBe('uploaded');
    expect(await a.push(other.descriptor, contentOf(other))).toBe('uploaded');
    expect(requests()).toEqual([`POST ${status}`, 'POST 202', 'PUT 201', 'POST 202', 'PUT 201']);
    expect(facts()?.oneRequestUpload).toBeUndefined();
  });

  it('is checked for if its connection broke after the last byte, and sent again if it broke before', async () => {
    const a = await start({ known: { oneRequestUpload: true } });
    registry.faults.add({ method: 'POST', path: /digest=/, reset: 'after' });
    expect(await a.push(large.descriptor, contentOf(large))).toBe('uploaded');
    expect(registry.log.entries().map(({ method }) => method)).toEqual(['POST', 'HEAD']);
    registry.faults.add({ method: 'POST', path: /digest=/, reset: 'in-request' });
    expect(await a.push(other.descriptor, contentOf(other))).toBe('uploaded');
    expect(await stored(other.descriptor.digest)).toBe(other.descriptor.digest);
  });

  it('fails if the registry says that it stored something else', async () => {
    const a = await start();
    const headers = { 'docker-content-digest': large.descriptor.digest };
    registry.faults.add({ method: 'POST', path: /digest=/, answer: { status: 201, headers } });
    await expect(a.push(config.descriptor, contentOf(config))).toFailWithCode('DIGEST_MISMATCH');
  });
});
