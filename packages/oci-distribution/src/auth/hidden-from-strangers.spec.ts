import { copyImage, type Descriptor } from '@nx-oci/model';
import { makeImage, MemoryStore } from '@nx-oci/model/testing';
import { memoryStorage, profiles, type RunningRegistry } from '@nx-oci/registry';

import { answer, MANIFEST_UNKNOWN, startScriptedServer } from '../testing/scripted-server';
import { ALICE, testClient } from '../testing/test-client';
import { startRegistry } from '../testing/test-registry';

const { username, password } = ALICE;
const IMAGE = makeImage({ layers: 1 });
const { descriptor } = IMAGE.manifest;

const digestIn = (found: Descriptor | 'unknown' | undefined): string | undefined => (typeof found === 'object' ? found.digest : found);

describe.each(['basic', 'bearer'] as const)('a registry that hides its content from anonymous clients (%s)', (scheme) => {
  const storage = memoryStorage();
  let registry: RunningRegistry;

  beforeAll(async () => {
    const filling = await startRegistry({ storage });
    const a = testClient().repository({ registry: filling.host, repository: 'a', access: 'push' });
    await copyImage(new MemoryStore(IMAGE.contents), a, descriptor);
    await a.tag(IMAGE.manifest, 'v1');
  });
  beforeEach(async () => {
    const login = { username, password, scheme };
    registry = await startRegistry({ storage, login, profile: profiles.artifactory, settings: { hidesFromStrangers: true } });
  });

  const paths = (): readonly string[] => registry.log.entries().map(({ method, path, status }) => `${method} ${path} ${status}`);
  const repository = (access: 'pull' | 'push') =>
    testClient({ credential: ALICE }).repository({ registry: registry.host, repository: 'a', access });

  it.each([
    { what: 'a look at a tag', read: async () => digestIn(await repository('push').resolve('v1')) },
    { what: 'a manifest', read: async () => (await repository('pull').fetchManifest('v1'))?.descriptor.digest },
    { what: 'the tags', read: async () => ((await repository('pull').listTags()).names.includes('v1') ? descriptor.digest : undefined) },
    { what: 'a blob', read: async () => ((await repository('pull').has(IMAGE.layers[0]!.descriptor)) ? descriptor.digest : undefined) },
  ])('shows it after a login: $what', async ({ read }) => {
    expect(await read()).toBe(descriptor.digest);
    expect(paths().filter((line) => line.startsWith('GET /v2/ '))).toEqual(['GET /v2/ 401']);
  });

  it('is asked for its login method once, whatever the number of requests', async () => {
    const a = repository('push');
    expect(await Promise.all(['v1', 'v2', 'v3', 'v4'].map(async (tag) => digestIn(await a.resolve(tag))))).toEqual([
      descriptor.digest,
      undefined,
      undefined,
      undefined,
    ]);
    expect(paths().filter((line) => line.startsWith('GET /v2/ '))).toHaveLength(1);
    expect(paths().filter((line) => line.endsWith('manifests/v1 404'))).toHaveLength(1);
  });

  it('gets no further request from a client without credentials', async () => {
    const client = testClient();
    expect(await client.repository({ registry: registry.host, repository: 'a' }).resolve('v1')).toBeUndefined();
    expect(paths()).toEqual(['GET /v2/a/manifests/v1 404']);
  });
});

describe('a login', () => {
  const ask = async (script: Parameters<typeof startScriptedServer>[0]) => {
    const server = await startScriptedServer(script);
    const a = testClient({ credential: ALICE }).repository({ registry: server.host, repository: 'a', access: 'pull' });
    const outcome = await a.resolve('v1').then(digestIn, (error: unknown) => error);
    return { outcome, a, targets: () => server.seen.map(({ method, target }) => `${method} ${target}`) };
  };
  const found = {
    'docker-content-digest': descriptor.digest,
    'content-type': descriptor.mediaType,
  };
  const document = Buffer.from(IMAGE.manifest.bytes).toString('utf8');

  it.each([403, 401])('is used when anonymous requests are refused with %s and no challenge', async (status) => {
    const { outcome } = await ask(({ target, headers }, response) => {
      if (headers.authorization?.startsWith('Basic ')) answer(response, 200, found, document);
      else if (target === '/v2/') answer(response, 401, { 'www-authenticate': 'Basic realm="x"' });
      else answer(response, status);
    });
    expect(outcome).toBe(descriptor.digest);
  });

  it('is not sent to a registry that requires none, which is probed once', async () => {
    const { outcome, a, targets } = await ask(({ target }, response) =>
      answer(response, target === '/v2/' ? 200 : 404, {}, MANIFEST_UNKNOWN),
    );
    expect(outcome).toBeUndefined();
    await a.resolve('v2');
    expect(targets()).toEqual(['GET /v2/a/manifests/v1', 'GET /v2/', 'GET /v2/a/manifests/v2']);
  });
});
