import { copyImage, type EncodedManifest } from '@nx-oci/model';
import { makeImage, makeIndex, MemoryStore, toFailWithCode } from '@nx-oci/model/testing';
import { type RunningRegistry } from '@nx-oci/registry';

import { type RegistryClient } from './client';
import { type Repository } from './repository';
import { startScriptedServer } from './testing/scripted-server';
import { ALICE, testClient } from './testing/test-client';
import { startRegistry } from './testing/test-registry';

expect.extend({ toFailWithCode });

const LOGIN = { username: ALICE.username, password: ALICE.password };

describe.each([
  { login: 'none', options: {}, extra: 0 },
  { login: 'basic', options: { login: { ...LOGIN, scheme: 'basic' as const } }, extra: 1 },
  { login: 'bearer', options: { login: { ...LOGIN, scheme: 'bearer' as const } }, extra: 2 },
])('a registry with login: $login', ({ options, extra, login }) => {
  let registry: RunningRegistry;
  let client: RegistryClient;
  let repository: Repository;

  beforeEach(async () => {
    registry = await startRegistry(options);
    client = testClient({ credential: ALICE, recall: () => ({ oneRequestUpload: false }) });
    repository = client.repository({ registry: registry.host, repository: 'team/api', access: 'push' });
  });

  afterEach(async () => {
    await client.close();
    await registry.close();
  });

  it('returns over plain HTTP exactly what was pushed', async () => {
    const image = makeImage({ layers: 3 });
    await copyImage(sourceOf(image.contents), repository, image.manifest.descriptor);
    await repository.tag(image.manifest, 'v1');

    const headers = await authorizationFor(registry, login);
    const manifest = await fetch(`${registry.url}/v2/team/api/manifests/v1`, {
      headers: { ...headers, accept: image.manifest.descriptor.mediaType },
    });
    expect(Buffer.from(await manifest.arrayBuffer())).toEqual(Buffer.from(image.manifest.bytes));
    for (const { descriptor, bytes } of image.layers) {
      const blob = await fetch(`${registry.url}/v2/team/api/blobs/${descriptor.digest}`, { headers });
      expect(Buffer.from(await blob.arrayBuffer())).toEqual(Buffer.from(bytes));
    }
  });

  it('gets one HEAD per blob, POST and PUT for each missing one, and one PUT per tag, with as few login requests as possible', async () => {
    const image = makeImage({ layers: 5 });
    expect(await repository.resolve('v1')).toBeUndefined();
    await copyImage(sourceOf(image.contents), repository, image.manifest.descriptor);
    await repository.tag(image.manifest, 'v1');
    const blobs = 6;
    expect(countByMethod(registry)).toEqual({
      HEAD: blobs,
      POST: blobs,
      PUT: blobs + 2,
      // The tag, twice if a login is required; a token; without a login, a probe whether a login would show more.
      GET: extra === 2 ? 3 : 2,
    });
  });

  it('gets one request for an unchanged tag', async () => {
    const image = makeImage();
    await copyImage(sourceOf(image.contents), repository, image.manifest.descriptor);
    await repository.tag(image.manifest, 'latest');
    registry.log.clear();
    const later = testClient({ credential: ALICE });
    const again = later.repository({ registry: registry.host, repository: 'team/api', access: 'push' });
    expect(await again.resolve('latest')).toEqual(image.manifest.descriptor);
    expect(registry.log.entries()).toHaveLength(1 + extra);
    await later.close();
  });

  it('gets one login for many parallel requests', async () => {
    const tags = Array.from({ length: 12 }, (_, number) => `v${number}`);
    expect(await Promise.all(tags.map((tag) => repository.resolve(tag)))).toEqual(tags.map(() => undefined));
    const statuses = registry.log.entries().map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(extra > 0 ? 1 : 0);
    expect(registry.log.entries().filter(({ method }) => method === 'GET')).toHaveLength(tags.length + (extra === 2 ? 2 : 1));
  });

  it('copies an index with all its images to another repository, and back into memory', async () => {
    const { index, contents } = makeIndex();
    await copyImage(sourceOf(contents), repository, index.descriptor);
    const other = client.repository({ registry: registry.host, repository: 'team/copy', access: 'push' });
    await copyImage(repository, other, index.descriptor);
    const memory = new MemoryStore();
    await copyImage(other, memory, index.descriptor);
    expect(await other.fetchManifest(index.descriptor.digest)).toEqual({ descriptor: index.descriptor, bytes: Buffer.from(index.bytes) });
  });

  it('reuses connections: as many as parallel requests, not one per request', async () => {
    const image = makeImage({ layers: 5 });
    await copyImage(sourceOf(image.contents), repository, image.manifest.descriptor, { concurrency: 2 });
    expect(new Set(registry.log.entries().map(({ connection }) => connection)).size).toBeLessThanOrEqual(3);
  });
});

describe('a client', () => {
  it('refuses invalid names of registries and repositories before it connects', () => {
    const client = testClient();
    expect(() => client.repository({ registry: 'registry.example.com/../x', repository: 'a' })).toThrow(/not a registry host/);
    expect(() => client.repository({ registry: 'registry.example.com', repository: '../admin' })).toThrow();
    expect(() => client.repository({ registry: 'registry.example.com', repository: 'a', mountSources: ['a?x=y'] })).toThrow();
  });

  it('recognises Docker Hub by each of its names', () => {
    const names = ['docker.io', 'index.docker.io', 'registry-1.docker.io'];
    const client = testClient();
    expect(names.map((registry) => client.repository({ registry, repository: 'library/node' }).registry)).toEqual(
      names.map(() => 'docker.io'),
    );
  });

  it('aborts running operations when its signal fires', async () => {
    const registry = await startScriptedServer(() => undefined);
    const stop = new AbortController();
    const client = testClient({ signal: stop.signal });
    const pending = client.repository({ registry: registry.host, repository: 'a' }).resolve('latest');
    setTimeout(() => stop.abort(), 50);
    await expect(pending).toFailWithCode('ABORTED', /look up .*a:latest/);
    await client.close();
    await registry.close();
  });

  it('says where it searched when it found no credentials', async () => {
    const registry = await startRegistry({ login: { ...LOGIN, scheme: 'basic' } });
    const client = testClient();
    const pending = client.repository({ registry: registry.host, repository: 'a', access: 'push' }).resolve('latest');
    await expect(pending).toFailWithCode('UNAUTHORIZED', /Looked in: the test \(no entry\)/);
    await client.close();
    await registry.close();
  });

  it.each(['basic', 'bearer'] as const)('reports a wrong password (%s) without showing it', async (scheme) => {
    const registry = await startRegistry({ login: { ...LOGIN, scheme } });
    const client = testClient({ credential: { ...ALICE, password: 'hunter2' } });
    const failure: unknown = await client
      .repository({ registry: registry.host, repository: 'a', access: 'push' })
      .resolve('latest')
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'UNAUTHORIZED', message: expect.stringMatching(/did not accept the credentials/) });
    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain('hunter2');
    await client.close();
    await registry.close();
  });
});

function countByMethod(registry: RunningRegistry): Record<string, number> {
  const count = (method: string): number => registry.log.entries().filter((entry) => entry.method === method).length;
  return { HEAD: count('HEAD'), GET: count('GET'), POST: count('POST'), PUT: count('PUT') };
}

async function authorizationFor(registry: RunningRegistry, login: string): Promise<Record<string, string>> {
  const basic = `Basic ${Buffer.from(`${ALICE.username}:${ALICE.password}`).toString('base64')}`;
  if (login !== 'bearer') return login === 'basic' ? { authorization: basic } : {};
  const challenge = (await fetch(`${registry.url}/v2/`)).headers.get('www-authenticate') ?? '';
  const realm = /realm="([^"]+)"/.exec(challenge)?.[1] ?? '';
  const service = /service="([^"]+)"/.exec(challenge)?.[1] ?? '';
  const answer = await fetch(`${realm}?service=${service}&scope=repository:team/api:pull`, { headers: { authorization: basic } });
  return { authorization: `Bearer ${((await answer.json()) as { token: string }).token}` };
}

function sourceOf(contents: readonly EncodedManifest[]): MemoryStore {
  return new MemoryStore(contents);
}
