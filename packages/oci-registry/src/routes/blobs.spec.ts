import { digestOf } from '@nx-oci/model';

import { codesOf, pushBlob } from '../testing/push';
import { startForSpec, STORAGES, type SpecRegistry } from '../testing/storages';

describe.each(STORAGES)('blobs in %s', (kind) => {
  let registry: SpecRegistry;
  const content = 'a blob of some bytes';
  const digest = digestOf(content);
  const read = (headers: Record<string, string> = {}, repository = 'team/api', method = 'GET'): Promise<Response> =>
    fetch(`${registry.url}/v2/${repository}/blobs/${digest}`, { headers, method });

  beforeEach(async () => {
    registry = await startForSpec(kind);
    await pushBlob(registry.url, 'team/api', content);
  });
  afterEach(() => registry.close());

  it('are returned unchanged, with length and digest', async () => {
    const answer = await read();
    expect(answer.status).toBe(200);
    expect(answer.headers.get('docker-content-digest')).toBe(digest);
    expect(answer.headers.get('content-length')).toBe(String(content.length));
    expect(await answer.text()).toBe(content);
  });

  it('answer HEAD with the same headers and no body', async () => {
    const answer = await read({}, 'team/api', 'HEAD');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-length')).toBe(String(content.length));
    expect(registry.log.entries().at(-1)).toMatchObject({ method: 'HEAD', status: 200, bytesOut: 0 });
  });

  it.each([
    ['bytes=2-5', 'bytes 2-5/20', content.slice(2, 6)],
    ['bytes=15-', 'bytes 15-19/20', content.slice(15)],
    ['bytes=-4', 'bytes 16-19/20', content.slice(-4)],
    ['bytes=18-900', 'bytes 18-19/20', content.slice(18)],
  ])('are returned in part for %s', async (range, contentRange, part) => {
    const answer = await read({ range });
    expect(answer.status).toBe(206);
    expect(answer.headers.get('content-range')).toBe(contentRange);
    expect(await answer.text()).toBe(part);
  });

  it.each(['bytes=20-', 'bytes=5-2', 'bytes=-0'])('refuse an empty range: %s', async (range) => {
    const answer = await read({ range });
    expect(answer.status).toBe(416);
    expect(answer.headers.get('content-range')).toBe('bytes */20');
  });

  it('are returned in part only if If-Range matches', async () => {
    const same = await read({ range: 'bytes=0-0', 'if-range': `"${digest}"` });
    const other = await read({ range: 'bytes=0-0', 'if-range': '"sha256:other"' });
    expect([same.status, other.status]).toEqual([206, 200]);
  });

  it('are not sent to a client that already has them', async () => {
    const answer = await read({ 'if-none-match': `W/"x", "${digest}"` });
    expect(answer.status).toBe(304);
    expect(await answer.text()).toBe('');
  });

  it('belong to the repository that they were pushed to', async () => {
    const answer = await read({}, 'team/web');
    expect(answer.status).toBe(404);
    expect(await codesOf(answer)).toEqual(['BLOB_UNKNOWN']);
  });

  it('are deleted from one repository and stay in another', async () => {
    await fetch(`${registry.url}/v2/team/web/blobs/uploads/?mount=${digest}&from=team/api`, { method: 'POST' });
    const removed = await read({}, 'team/api', 'DELETE');
    expect(removed.status).toBe(202);
    expect((await read()).status).toBe(404);
    expect(await (await read({}, 'team/web')).text()).toBe(content);
  });

  it('can be deleted only once', async () => {
    await read({}, 'team/api', 'DELETE');
    expect((await read({}, 'team/api', 'DELETE')).status).toBe(404);
  });

  it.each(['sha256:short', 'md5:d41d8cd98f00b204e9800998ecf8427e', 'latest'])('must not be named %s', async (wrong) => {
    const answer = await fetch(`${registry.url}/v2/team/api/blobs/${wrong}`);
    expect(answer.status).toBe(400);
    expect(await codesOf(answer)).toEqual(['DIGEST_INVALID']);
  });
});
