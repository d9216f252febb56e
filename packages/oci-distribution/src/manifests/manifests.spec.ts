import { type ServerResponse } from 'node:http';

import { digestOf, type EncodedManifest, MAX_MANIFEST_BYTES, MAX_READ_MANIFEST_BYTES, MEDIA_TYPES } from '@nx-oci/model';
import { makeImage, toFailWithCode } from '@nx-oci/model/testing';

import { type Repository } from '../repository';
import { asPublicRegistry } from '../testing/disguise';
import { answer, type Script, startScriptedServer, type ScriptedServer } from '../testing/scripted-server';
import { ALICE, contentOf, testClient } from '../testing/test-client';
import { startRegistry } from '../testing/test-registry';

expect.extend({ toFailWithCode });

const IMAGE = makeImage();
const { manifest } = IMAGE;
const TEXT = Buffer.from(manifest.bytes).toString('utf8');
const HEADERS = { 'content-type': manifest.descriptor.mediaType, 'docker-content-digest': manifest.descriptor.digest };

describe('looking up and fetching manifests', () => {
  it('returns descriptor and document with one request each: a tag by GET, a digest by HEAD', async () => {
    const registry = await startRegistry();
    const client = testClient();
    const repository = client.repository({ registry: registry.host, repository: 'a', access: 'push' });
    for (const content of [...IMAGE.layers, IMAGE.config]) await repository.push(content.descriptor, contentOf(content));
    await repository.tag(manifest, 'v1');
    registry.log.clear();
    expect(await repository.resolve('v1')).toEqual(manifest.descriptor);
    expect(await repository.resolve(manifest.descriptor.digest)).toEqual(manifest.descriptor);
    expect(await repository.fetchManifest('v1')).toEqual({ descriptor: manifest.descriptor, bytes: Buffer.from(manifest.bytes) });
    expect(await repository.resolve('v2')).toBeUndefined();
    expect(await repository.fetchManifest('v2')).toBeUndefined();
    expect(registry.log.entries().map(({ method }) => method)).toEqual(['GET', 'HEAD', 'GET', 'GET', 'GET']);
    await Promise.all([client.close(), registry.close()]);
  });
});

describe('inspecting a tag', () => {
  it('returns its document with the same request', async () => {
    const registry = await startRegistry();
    const repository = testClient().repository({ registry: registry.host, repository: 'a', access: 'push' });
    for (const content of [...IMAGE.layers, IMAGE.config]) await repository.push(content.descriptor, contentOf(content));
    await repository.tag(manifest, 'v1');
    registry.log.clear();
    expect(await repository.inspect('v1')).toEqual({ descriptor: manifest.descriptor, bytes: Buffer.from(manifest.bytes) });
    expect(await repository.inspect('v2')).toBeUndefined();
    expect(registry.log.entries().map(({ method }) => method)).toEqual(['GET', 'GET']);
  });

  it('omits the document at Docker Hub, which counts it as a pull', async () => {
    const methods: string[] = [];
    const server = await startScriptedServer(({ method }, response) => {
      methods.push(method);
      response.writeHead(200, { ...HEADERS, 'content-length': `${manifest.bytes.byteLength}` }).end(method === 'GET' ? TEXT : undefined);
    });
    const { env, settings } = await asPublicRegistry(server.host);
    const client = testClient({ env, hosts: () => settings });
    expect(await client.repository({ registry: 'docker.io', repository: 'acme/api' }).inspect('v1')).toEqual({
      descriptor: manifest.descriptor,
    });
    expect(methods).toEqual(['HEAD']);
  });

  it('omits an invalid document', async () => {
    const server = await startScriptedServer(({ method }, response) =>
      method === 'GET'
        ? answer(response, 200, { 'content-type': HEADERS['content-type'] }, '{}')
        : response.writeHead(200, { ...HEADERS, 'content-length': '2' }).end(),
    );
    const found = await testClient().repository({ registry: server.host, repository: 'a' }).inspect('v1');
    expect(found).toEqual({ descriptor: { ...manifest.descriptor, size: 2 } });
  });

  it('does not treat a denied read as a missing tag, for a push target', async () => {
    const server = await startScriptedServer((_, response) => answer(response, 403));
    const repository = testClient({ credential: ALICE }).repository({ registry: server.host, repository: 'a', access: 'push' });
    expect(await repository.inspect('v1')).toBe('unknown');
  });
});

describe('a registry with unusual answers', () => {
  const open: { server?: ScriptedServer; client?: ReturnType<typeof testClient> } = {};

  afterEach(async () => {
    await open.client?.close();
    await open.server?.close();
  });

  async function repositoryOf(script: Script, access: 'pull' | 'push' = 'pull'): Promise<Repository> {
    open.server = await startScriptedServer(script);
    open.client = testClient({ credential: ALICE });
    return open.client.repository({ registry: open.server.host, repository: 'a', access });
  }

  const document = (response: ServerResponse, text = TEXT, headers: Record<string, string> = HEADERS): unknown =>
    answer(response, 200, headers, text);

  it('without a digest header is asked for the document instead', async () => {
    const repository = await repositoryOf((_, response) => document(response, TEXT, { 'content-type': HEADERS['content-type'] }));
    expect(await repository.resolve('v1')).toEqual(manifest.descriptor);
    expect(open.server?.seen.map(({ headers }) => headers['accept-encoding'])).toEqual(['identity']);
  });

  it('that refuses HEAD is asked with GET', async () => {
    const repository = await repositoryOf((request, response) => (request.method === 'HEAD' ? answer(response, 405) : document(response)));
    expect(await repository.resolve('v1')).toEqual(manifest.descriptor);
  });

  it.each([404, 405, 403, 401, 400])('with %i for every HEAD does not hide what a GET finds', async (status) => {
    const script: Script = (request, response) => (request.method === 'HEAD' ? answer(response, status) : document(response));
    for (const access of ['pull', 'push'] as const) {
      const repository = await repositoryOf(script, access);
      expect(await repository.resolve('v1')).toEqual(manifest.descriptor);
      await open.client?.close();
      await open.server?.close();
    }
  });

  it('with 404 for a HEAD under the name of Docker Hub is asked by GET, from then on immediately', async () => {
    const methods: string[] = [];
    const server = await startScriptedServer((request, response) => {
      methods.push(request.method);
      return request.method === 'HEAD' ? answer(response, 404) : document(response);
    });
    const { env, settings } = await asPublicRegistry(server.host);
    const repository = testClient({ env, hosts: () => settings }).repository({ registry: 'docker.io', repository: 'acme/api' });
    for (const tag of ['v1', 'v2', 'v3']) expect(await repository.resolve(tag)).toEqual(manifest.descriptor);
    expect(methods).toEqual(['HEAD', 'GET', 'GET', 'GET']);
  });

  it('that answers 403 for a tag leaves it unknown for a push, and fails a pull with the reason', async () => {
    const denies: Script = (_, response) => answer(response, 403, {}, '{"errors":[{"code":"DENIED","message":"no"}]}');
    expect(await (await repositoryOf(denies, 'push')).resolve('v1')).toBe('unknown');
    await open.client?.close();
    await open.server?.close();
    await expect((await repositoryOf(denies)).resolve('v1')).toFailWithCode('DENIED', /DENIED: no/);
  });

  it('with another document under a digest causes an error', async () => {
    const other = makeImage({ seed: 'other' }).manifest;
    const lying = { ...HEADERS, 'docker-content-digest': other.descriptor.digest };
    const repository = await repositoryOf((_, response) => document(response, Buffer.from(other.bytes).toString(), lying));
    await expect(repository.fetchManifest(manifest.descriptor.digest)).toFailWithCode('DIGEST_MISMATCH');
    await expect(repository.resolve(manifest.descriptor.digest)).toFailWithCode('DIGEST_MISMATCH');
  });

  it('with a digest header that does not match the document causes an error', async () => {
    const repository = await repositoryOf((_, response) => document(response, `${TEXT} `));
    await expect(repository.fetchManifest('v1')).toFailWithCode('DIGEST_MISMATCH');
  });

  it('with an endless document is cut off', async () => {
    const repository = await repositoryOf((_, response) => {
      response.writeHead(200, HEADERS);
      const chunk = Buffer.alloc(1024 * 1024, ' ');
      for (let sent = 0; sent <= MAX_READ_MANIFEST_BYTES; sent += chunk.length) response.write(chunk);
    });
    await expect(repository.fetchManifest('v1')).toFailWithCode('BODY_TOO_LARGE');
  });

  it('with a document that is an image and an index at once is refused', async () => {
    const both = JSON.stringify({ ...(JSON.parse(TEXT) as object), manifests: [] });
    const repository = await repositoryOf((_, response) => document(response, both, { 'content-type': MEDIA_TYPES.ociManifest }));
    await expect(repository.fetchManifest('v1')).toFailWithCode('MANIFEST_INVALID', /at once/);
  });

  it('with another media type than that of the document is refused; without one the document decides', async () => {
    const wrong = await repositoryOf((_, response) => document(response, TEXT, { 'content-type': MEDIA_TYPES.ociIndex }));
    await expect(wrong.fetchManifest('v1')).toFailWithCode('MANIFEST_INVALID');
    await open.client?.close();
    await open.server?.close();
    const vague = await repositoryOf((_, response) => document(response, TEXT, { 'content-type': 'text/plain; charset=utf-8' }));
    expect((await vague.fetchManifest('v1'))?.descriptor).toEqual(manifest.descriptor);
  });
});

describe('pushing a tag', () => {
  const other = makeImage({ seed: 'other' }).manifest;

  /** A registry where `v1` points at `present` and cannot be written. */
  async function pushOver(
    present: EncodedManifest | undefined,
    refusal: { readonly status: number; readonly body?: string },
  ): Promise<unknown> {
    const server = await startScriptedServer((request, response) => {
      if (request.method === 'PUT') return answer(response, refusal.status, {}, refusal.body);
      if (present === undefined) return answer(response, 404);
      const { mediaType, digest, size } = present.descriptor;
      response
        .writeHead(200, { 'content-type': mediaType, 'docker-content-digest': digest, 'content-length': size })
        .end(request.method === 'GET' ? present.bytes : undefined);
    });
    const client = testClient();
    const repository = client.repository({ registry: server.host, repository: 'a', access: 'push' });
    const result: unknown = await repository.tag(manifest, 'v1').catch((error: unknown) => error);
    await Promise.all([client.close(), server.close()]);
    return result;
  }

  it.each([
    [
      'ECR',
      { status: 400, body: '{"errors":[{"code":"TAG_INVALID","message":"cannot be overwritten because the repository is immutable"}]}' },
    ],
    ['Docker Hub', { status: 403, body: '' }],
    ['Quay', { status: 409, body: '{"errors":[{"code":"TAG_IMMUTABLE","message":"x"}]}' }],
    ['Harbor', { status: 412, body: '{"errors":[{"code":"PRECONDITION","message":"x"}]}' }],
  ])('that %s does not move fails with TAG_IMMUTABLE, and succeeds if it is already there', async (_, refusal) => {
    expect(await pushOver(other, refusal)).toMatchObject({
      code: 'TAG_IMMUTABLE',
      message: expect.stringMatching(/push .*\/a:v1: the tag points at/),
    });
    expect(await pushOver(manifest, refusal)).toBeUndefined();
    expect(await pushOver(undefined, refusal)).toMatchObject({ code: expect.not.stringMatching('TAG_IMMUTABLE') });
  });

  it('refuses bytes that do not match the descriptor before anything is sent', async () => {
    const client = testClient();
    const repository = client.repository({ registry: '127.0.0.1:1', repository: 'a' });
    await expect(repository.tag({ ...manifest, descriptor: other.descriptor }, 'v1')).toFailWithCode('DIGEST_MISMATCH');
    await expect(repository.pushManifest(manifest, other.descriptor.digest)).toFailWithCode('DIGEST_MISMATCH');
    await client.close();
  });

  it('refuses a document that is too large for registries before anything is sent', async () => {
    const bytes = Buffer.from(JSON.stringify({ ...(JSON.parse(TEXT) as object), annotations: { a: 'x'.repeat(MAX_MANIFEST_BYTES) } }));
    const descriptor = { ...manifest.descriptor, digest: digestOf(bytes), size: bytes.byteLength };
    const repository = testClient().repository({ registry: '127.0.0.1:1', repository: 'a' });
    await expect(repository.tag({ descriptor, bytes }, 'v1')).toFailWithCode('BODY_TOO_LARGE', /registries accept at most/);
    await expect(repository.tagAll({ descriptor, bytes }, [['v1', 'v2']])).toFailWithCode('BODY_TOO_LARGE', /registries accept at most/);
  });
});
