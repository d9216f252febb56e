import { Readable } from 'node:stream';

import { type Digest, digestOf, OciError, type OpenContent } from '@nx-oci/model';
import { makeImage, toFailWithCode } from '@nx-oci/model/testing';
import { startRegistry, type RunningRegistry } from '@nx-oci/registry';

import { type RegistryClient } from './client';
import { type Repository } from './repository';
import { answer, type Script, startScriptedServer } from './testing/scripted-server';
import { ALICE, contentOf, knows, testClient } from './testing/test-client';

expect.extend({ toFailWithCode });

const LAYER = makeImage({ layers: 1, layerBytes: 1_000_000 }).layers[0]!;
const { descriptor, bytes } = LAYER;

describe('uploading a blob', () => {
  let registry: RunningRegistry;
  let client: RegistryClient;
  let repository: Repository;

  beforeEach(async () => {
    registry = await startRegistry();
    client = testClient();
    repository = client.repository({ registry: registry.host, repository: 'a', access: 'push' });
  });

  afterEach(async () => {
    await client.close();
    await registry.close();
  });

  const methods = (): readonly string[] => registry.log.entries().map(({ method }) => method);
  const stored = async (): Promise<Digest> =>
    digestOf(Buffer.from(await (await fetch(`${registry.url}/v2/a/blobs/${descriptor.digest}`)).arrayBuffer()));

  it('is one POST and one PUT', async () => {
    expect(await repository.push(descriptor, contentOf(LAYER))).toBe('uploaded');
    expect(methods()).toEqual(['POST', 'PUT']);
    expect(await stored()).toBe(descriptor.digest);
  });

  it('opens the content anew for each try, and none before it is wanted', async () => {
    registry.faults.add({ method: 'POST', path: /uploads/, answer: { status: 503 } });
    registry.faults.add({ method: 'PUT', path: /uploads/, answer: { status: 500 } });
    const open = jest.fn(contentOf(LAYER));
    await repository.push(descriptor, open);
    expect(open).toHaveBeenCalledTimes(2);
    expect(await stored()).toBe(descriptor.digest);
  });

  it('starts over after a connection that broke in the middle', async () => {
    registry.faults.add({ method: 'PUT', path: /uploads/, reset: 'in-request' });
    expect(await repository.push(descriptor, contentOf(LAYER))).toBe('uploaded');
    expect(await stored()).toBe(descriptor.digest);
  });

  it('looks before it sends again when the connection broke after the last byte', async () => {
    registry.faults.add({ method: 'PUT', path: /uploads/, reset: 'after' });
    const open = jest.fn(contentOf(LAYER));
    expect(await repository.push(descriptor, open)).toBe('uploaded');
    expect(open).toHaveBeenCalledTimes(1);
    expect(methods()).toEqual(['POST', 'PUT', 'HEAD']);
  });

  it('begins a new session when the registry lost the old one', async () => {
    const body = JSON.stringify({ errors: [{ code: 'BLOB_UPLOAD_UNKNOWN', message: 'lost' }] });
    registry.faults.add({ method: 'PUT', path: /uploads/, answer: { status: 404, body } });
    expect(await repository.push(descriptor, contentOf(LAYER))).toBe('uploaded');
  });

  it('cancels the session of an upload that failed', async () => {
    registry.faults.add({ method: 'PUT', path: /uploads/, answer: { status: 403 } });
    await expect(repository.push(descriptor, contentOf(LAYER))).toFailWithCode('DENIED');
    expect(methods()).toEqual(['POST', 'PUT', 'DELETE']);
  });

  it.each([
    ['shorter', bytes.subarray(1)],
    ['longer', Buffer.concat([bytes, Buffer.from('x')])],
  ])('refuses content that is %s than its descriptor says', async (_, wrong) => {
    await expect(repository.push(descriptor, contentOf({ descriptor, bytes: wrong }))).toFailWithCode('SIZE_MISMATCH');
    expect((await fetch(`${registry.url}/v2/a/blobs/${descriptor.digest}`)).status).toBe(404);
  });

  it('fails with the error of the content, unchanged, and does not try again', async () => {
    const broken: OpenContent = jest.fn(() =>
      Promise.resolve(
        new Readable({
          read() {
            this.destroy(new OciError('DIGEST_MISMATCH', 'rotten'));
          },
        }),
      ),
    );
    await expect(repository.push(descriptor, broken)).toFailWithCode('DIGEST_MISMATCH', /^rotten$/);
    expect(broken).toHaveBeenCalledTimes(1);
  });

  it('does not open the content anew when its own source is out of reach, which has had tries of its own', async () => {
    const open = jest.fn(() =>
      Promise.resolve(
        new Readable({
          read() {
            this.destroy(new OciError('REGISTRY_UNREACHABLE', 'broke'));
          },
        }),
      ),
    );
    await expect(repository.push(descriptor, open)).toFailWithCode('REGISTRY_UNREACHABLE', /^broke$/);
    expect(open).toHaveBeenCalledTimes(1);
  });
});

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

  it('asks for one token where the sources are known beforehand', async () => {
    const app = target(['base']);
    await app.resolve('v1');
    await app.mountOrPush(descriptor, { registry: registry.host, repository: 'base' }, contentOf(LAYER));
    expect(requests().filter((request) => request.startsWith('GET'))).toHaveLength(1);
  });

  it('uploads where the registry has no such blob there, in the session that it opened', async () => {
    expect(await target().mountOrPush(descriptor, { registry: registry.host, repository: 'other' }, contentOf(LAYER))).toBe('uploaded');
    const sessions = registry.log.entries().filter(({ method, status }) => method === 'POST' && status === 202);
    expect(sessions).toHaveLength(1);
  });

  it.each([400, 401, 403, 404, 405])('uploads when the registry answers the mount with %i', async (status) => {
    registry.faults.add({ method: 'POST', path: /mount=/, answer: { status }, times: 3 });
    expect(await target().mountOrPush(descriptor, { registry: registry.host, repository: 'base' }, contentOf(LAYER))).toBe('uploaded');
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

describe('a mount that a registry does not stand by', () => {
  it('is made good when the manifest is refused for it', async () => {
    const registry = await startRegistry();
    const client = testClient();
    const image = makeImage({ layers: 3 });
    const repository = client.repository({ registry: registry.host, repository: 'app', access: 'push' });
    await repository.push(image.config.descriptor, contentOf(image.config));
    // The registry says "mounted", and has nothing.
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

describe('the place that a registry names for an upload', () => {
  /** A registry whose uploads go wherever `location` says; it takes everything. */
  const uploadsTo =
    (location: (self: string) => string, put: Script = (_, response) => answer(response, 201)): Script =>
    (request, response, self) => {
      if (request.headers.authorization === undefined) return answer(response, 401, { 'www-authenticate': 'Basic realm="x"' });
      if (request.method === 'POST') return answer(response, 202, { location: location(self.url) });
      put(request, response, self);
    };

  async function pushTo(script: Script): Promise<{ readonly result: unknown; readonly puts: readonly (string | undefined)[][] }> {
    const registry = await startScriptedServer(script);
    const client = testClient({ credential: ALICE });
    const repository = client.repository({ registry: registry.host, repository: 'a', access: 'push' });
    const result: unknown = await repository.push(descriptor, contentOf(LAYER)).catch((error: unknown) => error);
    await Promise.all([client.close(), registry.close()]);
    const puts = registry.seen.filter(({ method }) => method === 'PUT').map(({ target, headers }) => [target, headers.authorization]);
    return { result, puts };
  }

  it.each([
    ['relative', () => '/elsewhere/1?_state=a%2Fb'],
    ['absolute', (self: string) => `${self}/elsewhere/1?_state=a%2Fb`],
  ])('may be %s', async (_, location) => {
    const { result, puts } = await pushTo(uploadsTo(location));
    expect(result).toBe('uploaded');
    expect(puts).toEqual([[`/elsewhere/1?_state=a%2Fb&digest=${encodeURIComponent(descriptor.digest)}`, expect.stringMatching(/^Basic /)]]);
  });

  it('gets no credentials when it is on another server, not even when that asks for them', async () => {
    const thief = await startScriptedServer((_, response) => answer(response, 401, { 'www-authenticate': 'Basic realm="x"' }));
    const { result } = await pushTo(uploadsTo(() => `${thief.url}/take?x=1`));
    expect(result).toMatchObject({ code: 'UNAUTHORIZED' });
    expect(thief.seen.length).toBeGreaterThan(0);
    expect(thief.seen.map(({ headers }) => headers.authorization)).toEqual(thief.seen.map(() => undefined));
    await thief.close();
  });

  it.each(['ftp://127.0.0.1/x', 'http://alice:secret@127.0.0.1/x'])('is refused when it is %s', async (location) => {
    const { result } = await pushTo(uploadsTo(() => location));
    expect(result).toMatchObject({ code: 'REDIRECT_REFUSED' });
  });

  it('must be named', async () => {
    const { result } = await pushTo((request, response) =>
      answer(response, request.headers.authorization === undefined ? 401 : 202, { 'www-authenticate': 'Basic' }),
    );
    expect(result).toMatchObject({ code: 'REGISTRY_FAILED', message: expect.stringMatching(/no Location/) });
  });

  it('is not believed when it says that it stored something else', async () => {
    const stored = { 'docker-content-digest': digestOf('something else') };
    const { result, puts } = await pushTo(
      uploadsTo(
        () => '/x',
        (_, response) => answer(response, 201, stored),
      ),
    );
    expect(result).toMatchObject({ code: 'DIGEST_MISMATCH' });
    expect(puts).toHaveLength(1);
  });
});
