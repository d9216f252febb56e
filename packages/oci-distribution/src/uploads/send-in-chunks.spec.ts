import { type Digest, digestOf } from '@nx-oci/model';
import { makeImage, toFailWithCode } from '@nx-oci/model/testing';
import { type RegistryProfile, type RunningRegistry } from '@nx-oci/registry';

import { type RegistryClient } from '../client';
import { type Repository } from '../repository';
import { asPublicRegistry } from '../testing/disguise';
import { contentOf, testClient } from '../testing/test-client';
import { startRegistry } from '../testing/test-registry';

expect.extend({ toFailWithCode });

const LAYER = makeImage({ layers: 1, layerBytes: 1_500_000 }).layers[0]!;
const { descriptor } = LAYER;

/** A registry behind a proxy with default settings. */
function limitBodies(maxBytes: number, leastChunkBytes?: number): RegistryProfile {
  return {
    name: 'limited',
    title: 'behind a proxy',
    login: { scheme: 'basic' },
    rateLimits: [],
    settings: [],
    makeQuirks: () => [
      async ({ request }, next) => {
        if (Number(request.headers['content-length'] ?? 0) > maxBytes) return { status: 413 };
        const answer = await next();
        return leastChunkBytes === undefined
          ? answer
          : { ...answer, headers: { ...answer.headers, 'oci-chunk-min-length': `${leastChunkBytes}` } };
      },
    ],
  };
}

describe('a blob that is too large for one request', () => {
  let registry: RunningRegistry;
  let client: RegistryClient;

  const start = async (maxBytes: number, leastChunkBytes?: number): Promise<Repository> => {
    registry = await startRegistry({ profile: limitBodies(maxBytes, leastChunkBytes) });
    client = testClient();
    return client.repository({ registry: registry.host, repository: 'a', access: 'push' });
  };

  afterEach(async () => {
    await client.close();
    await registry.close();
  });

  const methods = (): readonly string[] => registry.log.entries().map(({ method }) => method);
  const stored = async (): Promise<Digest> =>
    digestOf(Buffer.from(await (await fetch(`${registry.url}/v2/a/blobs/${descriptor.digest}`)).arrayBuffer()));

  it('is sent in chunks, and the next one at once', async () => {
    const a = await start(600_000);
    expect(await a.push(descriptor, contentOf(LAYER))).toBe('uploaded');
    expect(await stored()).toBe(descriptor.digest);
    expect(methods()).toEqual(['POST', 'PUT', 'DELETE', 'POST', 'PATCH', 'PATCH', 'PUT', 'GET']);
    expect(client.learned().get(registry.host)).toMatchObject({ chunkBytes: 524_288 });
    registry.log.clear();
    await client.repository({ registry: registry.host, repository: 'b', access: 'push' }).push(descriptor, contentOf(LAYER));
    expect(methods()).toEqual(['POST', 'PATCH', 'PATCH', 'PUT']);
  });

  it('is sent in chunks at once if an earlier run learned the limit', async () => {
    const a = await start(600_000);
    await client.close();
    client = testClient({ recall: () => ({ chunkBytes: 524_288 }) });
    await client.repository({ registry: a.registry, repository: 'a', access: 'push' }).push(descriptor, contentOf(LAYER));
    expect(methods()).toEqual(['POST', 'PATCH', 'PATCH', 'PUT']);
    expect(await stored()).toBe(descriptor.digest);
  });

  it('is sent in chunks as large as the registry requires', async () => {
    const a = await start(1_200_000, 1_000_000);
    await a.push(descriptor, contentOf(LAYER));
    expect(methods().slice(3)).toEqual(['POST', 'PATCH', 'PUT']);
    expect(await stored()).toBe(descriptor.digest);
  });

  it.each([
    { why: 'the smallest chunks are too large, too', maxBytes: 1000, leastChunkBytes: 0, code: 'BODY_TOO_LARGE' as const },
    { why: 'chunks would have to be huge', maxBytes: 600_000, leastChunkBytes: 1e10, code: 'REGISTRY_FAILED' as const },
  ])('is refused with a fix, and leaves no upload open, when $why', async ({ maxBytes, leastChunkBytes, code }) => {
    const a = await start(maxBytes, leastChunkBytes);
    await expect(a.push(descriptor, contentOf(LAYER))).toFailWithCode(code, /client_max_body_size/);
    expect(methods().filter((method) => method === 'DELETE')).toHaveLength(methods().filter((method) => method === 'POST').length);
    expect(client.learned().get(registry.host)).not.toHaveProperty('chunkBytes');
  });

  it('is sent again from its beginning when a chunk gets lost', async () => {
    const a = await start(600_000);
    registry.faults.add({ method: 'PATCH', path: /uploads/, after: 1, reset: 'in-request' });
    await a.push(descriptor, contentOf(LAYER));
    expect(await stored()).toBe(descriptor.digest);
  });

  it('is sent again when the registry expects another chunk', async () => {
    const a = await start(600_000);
    registry.faults.add({ method: 'PATCH', path: /uploads/, after: 1, answer: { status: 416 } });
    await a.push(descriptor, contentOf(LAYER));
    expect(await stored()).toBe(descriptor.digest);
  });

  it('is sent again when the registry stored less than it was sent', async () => {
    const a = await start(600_000);
    // As ECR does: https://github.com/aws/containers-roadmap/issues/2831
    registry.faults.add({
      method: 'PATCH',
      path: /uploads/,
      answer: { status: 202, headers: { location: '/v2/a/blobs/uploads/x', range: '0-9' } },
    });
    await a.push(descriptor, contentOf(LAYER));
    expect(await stored()).toBe(descriptor.digest);
  });
});

describe('a registry that loses chunks', () => {
  it.each(['ghcr.io', '123456789012.dkr.ecr.eu-west-1.amazonaws.com', 'europe-docker.pkg.dev'])('gets no chunks: %s', async (name) => {
    const registry = await startRegistry({ profile: limitBodies(600_000) });
    const disguise = await asPublicRegistry(registry.host);
    const client = testClient({ env: disguise.env, hosts: () => disguise.settings });
    const a = client.repository({ registry: name, repository: 'a', access: 'push' });
    await expect(a.push(descriptor, contentOf(LAYER))).toFailWithCode('BODY_TOO_LARGE');
    expect(registry.log.entries().map(({ method }) => method)).toEqual(['POST', 'PUT', 'DELETE']);
    await client.close();
    await disguise.close();
    await registry.close();
  });
});
