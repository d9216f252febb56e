import { digestOf, MEDIA_TYPES, type DigestAlgorithm } from '@nx-oci/model';

import { codesOf, describe as descriptorOf, makeImage, makeIndex, putManifest } from '../testing/push';
import { startForSpec, STORAGES, type SpecRegistry } from '../testing/storages';

describe.each(STORAGES)('manifests in %s', (kind) => {
  let registry: SpecRegistry;
  let image: string;
  const put = (reference: string, manifest = image): Promise<Response> => putManifest(registry.url, 'app', reference, manifest);
  const at = (reference: string, init: RequestInit = {}, repository = 'app'): Promise<Response> =>
    fetch(`${registry.url}/v2/${repository}/manifests/${reference}`, init);

  beforeEach(async () => {
    registry = await startForSpec(kind);
    image = await makeImage(registry.url, 'app', ['layer one', 'layer two']);
  });
  afterEach(() => registry.close());

  it('are returned byte for byte, by tag and by digest', async () => {
    const stored = await put('v1');
    expect(stored.status).toBe(201);
    expect(stored.headers.get('docker-content-digest')).toBe(digestOf(image));
    for (const reference of ['v1', digestOf(image)]) {
      const answer = await at(reference);
      expect(answer.headers.get('content-type')).toBe(MEDIA_TYPES.ociManifest);
      expect(answer.headers.get('docker-content-digest')).toBe(digestOf(image));
      expect(await answer.text()).toBe(image);
    }
  });

  it.each<DigestAlgorithm>(['sha256', 'sha512'])('are accepted under their %s digest', async (algorithm) => {
    const digest = digestOf(image, algorithm);
    expect((await put(digest)).headers.get('docker-content-digest')).toBe(digest);
    expect(await (await at(digest)).text()).toBe(image);
  });

  it('get several tags at once when they are pushed by digest', async () => {
    const answer = await put(`${digestOf(image)}?tag=v1&tag=v1.2&tag=latest`);
    expect(answer.headers.get('oci-tag')).toBe('v1, v1.2, latest');
    for (const tag of ['v1', 'v1.2', 'latest']) expect(await (await at(tag)).text()).toBe(image);
  });

  it('ignore the parameter when pushed by tag, and do not confirm it', async () => {
    const answer = await put('v1?tag=v2');
    expect([answer.status, answer.headers.get('oci-tag')]).toEqual([201, null]);
    expect((await at('v2')).status).toBe(404);
  });

  it('set no tag when one of them is wrong', async () => {
    const answer = await put(`${digestOf(image)}?tag=good&tag=-bad`);
    expect(answer.status).toBe(400);
    expect((await at('good')).status).toBe(404);
  });

  it('refuse too many tags', async () => {
    const tags = Array.from({ length: 101 }, (_, index) => `tag=t${index}`).join('&');
    expect((await put(`${digestOf(image)}?${tags}`)).status).toBe(414);
  });

  it('respect a conditional write', async () => {
    await put('v1');
    const other = makeIndex([image]);
    const headers = { 'content-type': MEDIA_TYPES.ociIndex };
    const replace = async (ifMatch: string, reference = 'v1'): Promise<number> =>
      (await at(reference, { method: 'PUT', body: other, headers: { ...headers, 'if-match': ifMatch } })).status;
    expect([await replace(`"${digestOf(other)}"`), await replace('*', 'v2')]).toEqual([412, 412]);
    expect(await (await at('v1')).text()).toBe(image);
    expect(await replace(`"${digestOf(other)}", "${digestOf(image)}"`)).toBe(201);
    expect(await (await at('v1')).text()).toBe(other);
  });

  it('are not sent to a client that already has them', async () => {
    await put('v1');
    const answer = await at('v1', { headers: { 'if-none-match': `"${digestOf(image)}"` } });
    expect([answer.status, answer.headers.get('docker-content-digest')]).toEqual([304, digestOf(image)]);
  });

  it('move a tag to the last push', async () => {
    const other = await makeImage(registry.url, 'app', ['layer three']);
    await put('latest');
    await put('latest', other);
    expect(await (await at('latest')).text()).toBe(other);
    expect(await (await at(digestOf(image))).text()).toBe(image);
  });

  it('report all missing content at once', async () => {
    const missing = [descriptorOf(MEDIA_TYPES.ociLayerTar, 'never pushed'), descriptorOf(MEDIA_TYPES.ociLayerTar, 'nor this')];
    const answer = await put('v1', await makeImage(registry.url, 'app', ['there'], { layers: missing }));
    expect(answer.status).toBe(404);
    const { errors } = (await answer.json()) as { errors: { code: string; detail: { digest: string } }[] };
    expect(errors.map(({ code, detail }) => [code, detail.digest])).toEqual(missing.map(({ digest }) => ['MANIFEST_BLOB_UNKNOWN', digest]));
    expect((await at('v1')).status).toBe(404);
  });

  it('do not accept content of another repository', async () => {
    expect(await codesOf(await putManifest(registry.url, 'other', 'v1', image))).toEqual([
      'MANIFEST_BLOB_UNKNOWN',
      'MANIFEST_BLOB_UNKNOWN',
      'MANIFEST_BLOB_UNKNOWN',
    ]);
  });

  it('require the manifests of an index before it', async () => {
    const index = makeIndex([image]);
    expect(await codesOf(await put('multi', index))).toEqual(['MANIFEST_BLOB_UNKNOWN']);
    await put(digestOf(image));
    expect((await put('multi', index)).status).toBe(201);
  });

  it('may lack foreign layers', async () => {
    const foreign = descriptorOf('application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', 'at its vendor');
    expect((await put('windows', await makeImage(registry.url, 'app', [], { layers: [foreign] }))).status).toBe(201);
  });

  it('refuse a child with a wrong size', async () => {
    const lying = { ...descriptorOf(MEDIA_TYPES.ociLayerTar, 'layer one'), size: 4 };
    const answer = await put('v1', await makeImage(registry.url, 'app', ['layer one'], { layers: [lying] }));
    expect(await codesOf(answer)).toEqual(['MANIFEST_INVALID']);
  });

  it.each([
    ['no JSON', 'hello'],
    ['no object', '[]'],
    ['image and index at once', JSON.stringify({ schemaVersion: 2, manifests: [], layers: [], config: {} })],
    ['Docker schema 1', JSON.stringify({ schemaVersion: 1, name: 'x', fsLayers: [] })],
  ])('refuse a document that is %s', async (_, body) => {
    const answer = await at('v1', { method: 'PUT', body, headers: { 'content-type': MEDIA_TYPES.ociManifest } });
    expect(answer.status).toBe(400);
    expect(await codesOf(answer)).toEqual(['MANIFEST_INVALID']);
  });

  it('refuse a document that does not match the digest', async () => {
    expect(await codesOf(await put(digestOf('something else')))).toEqual(['DIGEST_INVALID']);
    expect(await codesOf(await put('sha256:short'))).toEqual(['DIGEST_INVALID']);
  });

  it('refuse more than 4 MiB and accept slightly less', async () => {
    const padded = (size: number): string => {
      const frame = JSON.stringify({ ...JSON.parse(image), annotations: { x: '' } });
      return frame.replace('"x":""', `"x":"${'y'.repeat(size - frame.length)}"`);
    };
    const limit = 4 * 1024 * 1024;
    expect((await put('large', padded(limit))).status).toBe(201);
    expect((await put('larger', padded(limit + 1))).status).toBe(413);
    // The connection is still usable: the rest of the body was discarded.
    expect((await at('large')).status).toBe(200);
  });

  it.each(['.hidden', '-dash', 'a'.repeat(129), 'with space'])('refuse the tag %s', async (tag) => {
    expect((await put(encodeURIComponent(tag))).status).toBe(400);
  });

  it('lose one tag, by tag', async () => {
    await put(`${digestOf(image)}?tag=v1&tag=v2`);
    expect((await at('v1', { method: 'DELETE' })).status).toBe(202);
    expect((await at('v1')).status).toBe(404);
    expect(await (await at('v2')).text()).toBe(image);
  });

  it('are deleted with all their tags, by digest', async () => {
    const other = await makeImage(registry.url, 'app', ['stays']);
    await put(`${digestOf(image)}?tag=v1&tag=v2`);
    await put('keep', other);
    expect((await at(digestOf(image), { method: 'DELETE' })).status).toBe(202);
    const tags = await fetch(`${registry.url}/v2/app/tags/list`);
    expect(await tags.json()).toEqual({ name: 'app', tags: ['keep'] });
    expect(await codesOf(await at(digestOf(image)))).toEqual(['MANIFEST_UNKNOWN']);
  });

  it('accept missing content with --accept-sparse', async () => {
    const sparse = await startForSpec(kind, { acceptSparse: true });
    try {
      expect((await putManifest(sparse.url, 'app', 'v1', image)).status).toBe(201);
    } finally {
      await sparse.close();
    }
  });
});
