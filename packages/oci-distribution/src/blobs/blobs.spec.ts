import { type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';

import { digestOf, MEDIA_TYPES } from '@nx-oci/model';
import { makeImage, toFailWithCode } from '@nx-oci/model/testing';
import { type RunningRegistry } from '@nx-oci/registry';

import { type RegistryClient } from '../client';
import { type Repository } from '../repository';
import { answer, startScriptedServer } from '../testing/scripted-server';
import { ALICE, contentOf, testClient } from '../testing/test-client';
import { startRegistry } from '../testing/test-registry';

expect.extend({ toFailWithCode });

const LAYER = makeImage({ layers: 1, layerBytes: 300_000 }).layers[0]!;
const { descriptor, bytes } = LAYER;

describe('reading blobs', () => {
  let registry: RunningRegistry;
  let client: RegistryClient;
  let repository: Repository;

  beforeEach(async () => {
    registry = await startRegistry();
    client = testClient();
    repository = client.repository({ registry: registry.host, repository: 'a' });
    await repository.push(descriptor, contentOf(LAYER));
    registry.log.clear();
  });

  afterEach(async () => {
    await client.close();
    await registry.close();
  });

  it('returns the bytes', async () => {
    expect(digestOf(await buffer(await repository.fetch(descriptor)))).toBe(descriptor.digest);
  });

  it('checks for existence with one HEAD', async () => {
    expect(await repository.has(descriptor)).toBe(true);
    expect(await repository.has({ ...descriptor, digest: digestOf('absent') })).toBe(false);
    expect(registry.log.entries().map(({ method }) => method)).toEqual(['HEAD', 'HEAD']);
  });

  it('fails with NOT_FOUND for missing content', async () => {
    await expect(repository.fetch({ ...descriptor, digest: digestOf('absent') })).toFailWithCode(
      'NOT_FOUND',
      /fetch sha256:\w{12} from .*\/a/,
    );
  });

  it('fails if the bytes do not match the digest', async () => {
    registry.faults.add({ path: /blobs/, corrupt: true });
    await expect(drain(repository.fetch(descriptor))).toFailWithCode('DIGEST_MISMATCH');
  });

  it('fails if the descriptor has another size', async () => {
    await expect(drain(repository.fetch({ ...descriptor, size: descriptor.size - 1 }))).toFailWithCode('SIZE_MISMATCH');
    await expect(drain(repository.fetch({ ...descriptor, size: descriptor.size + 1 }))).toFailWithCode('SIZE_MISMATCH');
  });

  it('retries after a failed answer or a reset before one', async () => {
    registry.faults.add({ path: /blobs/, answer: { status: 503 }, times: 2 });
    registry.faults.add({ path: /blobs/, reset: 'before' });
    expect(digestOf(await buffer(await repository.fetch(descriptor)))).toBe(descriptor.digest);
    expect(registry.log.entries()).toHaveLength(4);
  });

  it('gives up with the sanitised error of the registry', async () => {
    const body = JSON.stringify({ errors: [{ code: 'UNAVAILABLE', message: 'disk \u001b[31mfull' }] });
    registry.faults.add({ path: /blobs/, answer: { status: 503, body }, times: Infinity });
    await expect(repository.fetch(descriptor)).toFailWithCode('REGISTRY_FAILED', /answered 503 \(UNAVAILABLE: disk \[31mfull\)/);
    expect(registry.log.entries()).toHaveLength(6);
  });

  it('waits as long as Retry-After says, and pauses all other requests to this host', async () => {
    registry.faults.add({ path: /blobs/, answer: { status: 429, headers: { 'retry-after': '1' } } });
    const started = performance.now();
    const limited = repository.has(descriptor);
    // A few turns after the registry has answered, so that the client has read the answer.
    while (registry.log.entries().length === 0) await wait(10);
    for (let turn = 0; turn < 10; turn++) await wait(5);
    await Promise.all([limited, repository.listTags()]);
    expect(performance.now() - started).toBeGreaterThanOrEqual(990);
    const [limit, ...later] = registry.log.entries();
    for (const { startedAt } of later) expect(startedAt.getTime() - limit!.startedAt.getTime()).toBeGreaterThanOrEqual(950);
    expect(
      registry.log
        .entries()
        .map(({ status }) => status)
        .sort(),
    ).toEqual([200, 200, 429]);
  });

  it('closes the connection of a reader that is closed early', async () => {
    const stream = await repository.fetch(descriptor);
    stream.destroy();
    expect(await repository.has(descriptor)).toBe(true);
  });
});

describe('a redirect to storage', () => {
  it('is followed without the credentials', async () => {
    const storage = await startScriptedServer((_, response) => void response.writeHead(200, { 'content-length': bytes.length }).end(bytes));
    const registry = await startScriptedServer((request, response) => {
      if (request.headers.authorization === undefined) return answer(response, 401, { 'www-authenticate': 'Basic realm="x"' });
      answer(response, 307, { location: `${storage.url}/signed?X-Amz-Signature=abc` });
    });
    const client = testClient({ credential: ALICE });
    const repository = client.repository({ registry: registry.host, repository: 'a' });
    expect(digestOf(await buffer(await repository.fetch(descriptor)))).toBe(descriptor.digest);
    expect(registry.seen.map(({ headers }) => headers.authorization !== undefined)).toEqual([false, true]);
    expect(storage.seen.map(({ headers, target }) => [target, headers.authorization])).toEqual([
      ['/signed?X-Amz-Signature=abc', undefined],
    ]);
    await Promise.all([client.close(), registry.close(), storage.close()]);
  });

  it('to a server that requires a login does not make it a token service', async () => {
    const thief = await startScriptedServer((_, response, self) =>
      answer(response, 401, { 'www-authenticate': `Bearer realm="${self.url}/token",service="x"` }),
    );
    const registry = await startScriptedServer((_, response) => answer(response, 307, { location: `${thief.url}/blob` }));
    const client = testClient({ credential: ALICE });
    const repository = client.repository({ registry: registry.host, repository: 'a' });
    await expect(repository.fetch(descriptor)).toFailWithCode('REGISTRY_FAILED');
    expect(thief.seen.map(({ target, headers }) => [target, headers.authorization])).toEqual([['/blob', undefined]]);
    await Promise.all([client.close(), registry.close(), thief.close()]);
  });

  it('loop is given up', async () => {
    const registry = await startScriptedServer((request, response) => answer(response, 307, { location: `${request.target}x` }));
    const client = testClient();
    await expect(client.repository({ registry: registry.host, repository: 'a' }).fetch(descriptor)).toFailWithCode(
      'REDIRECT_REFUSED',
      /more than 5/,
    );
    expect(registry.seen).toHaveLength(6);
    await Promise.all([client.close(), registry.close()]);
  });

  it('to an endless body is cut off at the size of the descriptor', async () => {
    const registry = await startScriptedServer((_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
        if (!response.destroyed) response.once('drain', more);
      };
      response.writeHead(200);
      more();
    });
    const client = testClient();
    const small = { mediaType: MEDIA_TYPES.ociLayerTar, digest: digestOf('x'), size: 1 };
    await expect(drain(client.repository({ registry: registry.host, repository: 'a' }).fetch(small))).toFailWithCode('SIZE_MISMATCH');
    await Promise.all([client.close(), registry.close()]);
  });
});

async function drain(stream: Promise<Readable>): Promise<void> {
  await buffer(await stream);
}
