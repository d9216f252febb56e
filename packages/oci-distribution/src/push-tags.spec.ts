import { makeImage } from '@nx-oci/model/testing';
import { type RunningRegistry } from '@nx-oci/registry';

import { type RegistryClient } from './client';
import { type Repository } from './repository';
import { contentOf, testClient } from './testing/test-client';
import { startRegistry } from './testing/test-registry';

const IMAGE = makeImage({ layers: 2 });
const { digest, mediaType } = IMAGE.manifest.descriptor;

describe('setting several tags', () => {
  let registry: RunningRegistry;
  let client: RegistryClient;
  let repository: Repository;

  beforeEach(async () => {
    registry = await startRegistry();
    client = testClient();
    repository = client.repository({ registry: registry.host, repository: 'app', access: 'push' });
    for (const blob of [...IMAGE.layers, IMAGE.config]) await repository.push(blob.descriptor, contentOf(blob));
    registry.log.clear();
  });

  afterEach(async () => {
    await client.close();
    await registry.close();
  });

  const puts = (): readonly string[] =>
    registry.log.entries().map(({ path }) => path.replace(/.*\/manifests\//, '').replace(digest, 'DIGEST'));

  async function digestsOf(tags: readonly string[]): Promise<readonly (string | null)[]> {
    const answers = await Promise.all(
      tags.map((tag) => fetch(`${registry.url}/v2/app/manifests/${tag}`, { method: 'HEAD', headers: { accept: mediaType } })),
    );
    return answers.map(({ headers }) => headers.get('docker-content-digest'));
  }

  it('takes one request if the registry supports it', async () => {
    await repository.tagAll(IMAGE.manifest, [['v1.0.0', 'abc'], ['latest']]);
    expect(puts()).toEqual(['DIGEST?tag=v1.0.0&tag=abc&tag=latest']);
    expect(await digestsOf(['v1.0.0', 'abc', 'latest'])).toEqual([digest, digest, digest]);
  });

  it('sends at most ten tags per request', async () => {
    const tags = Array.from({ length: 12 }, (_, index) => `t${index}`);
    await repository.tagAll(IMAGE.manifest, [tags]);
    expect(puts()).toHaveLength(2);
    expect(new Set(await digestsOf(tags))).toEqual(new Set([digest]));
  });

  it('sets unconfirmed tags one by one, and does not try several at this host again', async () => {
    const answer = { status: 201, headers: { 'docker-content-digest': digest } };
    registry.faults.add({ method: 'PUT', path: /\?tag=/, times: Infinity, answer });
    await repository.tagAll(IMAGE.manifest, [['one'], ['two']]);
    expect(puts()).toEqual(['DIGEST?tag=one&tag=two', 'one', 'two']);
    expect(client.learned().get(registry.host)).toMatchObject({ tagParameter: false });
    registry.log.clear();
    await repository.tagAll(IMAGE.manifest, [['three', 'four']]);
    expect([...puts()].sort()).toEqual(['four', 'three']);
  });

  it('accepts the confirmation of single tags', async () => {
    const answer = { status: 201, headers: { 'docker-content-digest': digest, 'oci-tag': 'one, never-asked' } };
    registry.faults.add({ method: 'PUT', path: /\?tag=/, answer });
    await repository.tagAll(IMAGE.manifest, [['one'], ['two', 'three']]);
    expect([...puts()].sort()).toEqual(['DIGEST?tag=one&tag=two&tag=three', 'three', 'two']);
  });

  it.each([400, 404, 405, 413, 414, 431])('sets tags one by one when the registry answers %i', async (status) => {
    registry.faults.add({ method: 'PUT', path: /\?tag=/, answer: { status } });
    await repository.tagAll(IMAGE.manifest, [['one'], ['two']]);
    expect(await digestsOf(['one', 'two'])).toEqual([digest, digest]);
  });

  it('does not set the later group when the first one fails', async () => {
    const other = testClient({ recall: () => ({ tagParameter: false }) });
    const careful = other.repository({ registry: registry.host, repository: 'app', access: 'push' });
    registry.faults.add({ method: 'PUT', path: /manifests\/v1$/, answer: { status: 400 } });
    await expect(careful.tagAll(IMAGE.manifest, [['v1'], ['latest']])).rejects.toMatchObject({ code: 'REGISTRY_FAILED' });
    expect(await digestsOf(['latest'])).toEqual([null]);
    await other.close();
  });

  it('does not try several tags at a registry that identifies itself as distribution', async () => {
    const headers = { 'docker-distribution-api-version': 'registry/2.0' };
    registry.faults.add({ method: 'GET', path: /manifests/, answer: { status: 404, headers } });
    await repository.resolve('one');
    registry.log.clear();
    await repository.tagAll(IMAGE.manifest, [['one', 'two']]);
    expect([...puts()].sort()).toEqual(['one', 'two']);
  });
});

describe('a manifest without a digest in the answer', () => {
  it.each([
    ['is confirmed by one HEAD', 200, undefined, ['PUT', 'HEAD']],
    ['is no success where neither a HEAD nor a GET finds it', 404, 'PUBLISH_INCOMPLETE', ['PUT', 'HEAD', 'GET']],
  ])('%s', async (_what, status, code, methods) => {
    const registry = await startRegistry();
    const client = testClient();
    const repository = client.repository({ registry: registry.host, repository: 'app', access: 'push' });
    registry.faults.add({ method: 'PUT', path: /manifests/, answer: { status: 201 } });
    const found = { 'docker-content-digest': digest, 'content-type': mediaType, 'content-length': '10' };
    registry.faults.add({ method: 'HEAD', path: /manifests/, answer: { status, headers: status === 200 ? found : {} } });
    const result: unknown = await repository.tag(IMAGE.manifest, 'v1').catch((error: unknown) => error);
    expect(result).toEqual(code === undefined ? undefined : expect.objectContaining({ code }));
    expect(registry.log.entries().map(({ method }) => method)).toEqual(methods);
    await Promise.all([client.close(), registry.close()]);
  });
});
