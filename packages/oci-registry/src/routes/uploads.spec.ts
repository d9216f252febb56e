import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { digestOf, type DigestAlgorithm } from '@nx-oci/model';

import { codesOf, pushBlob } from '../testing/push';
import { startForSpec, STORAGES, type SpecRegistry } from '../testing/storages';

describe.each(STORAGES)('uploads to %s', (kind) => {
  let registry: SpecRegistry;
  const content = '0123456789'.repeat(1000);
  const digest = digestOf(content);
  const start = (query = '', body?: string): Promise<Response> =>
    fetch(`${registry.url}/v2/app/blobs/uploads/${query}`, { method: 'POST', body });
  const at = (answer: Response, query = ''): string => `${new URL(answer.headers.get('location') ?? '', registry.url).href}${query}`;
  const send = (method: string, url: string, body?: string, range?: string): Promise<Response> =>
    fetch(url, { method, body, headers: range === undefined ? {} : { 'content-range': range } });
  const readBlob = async (name = digest, repository = 'app'): Promise<string | number> => {
    const answer = await fetch(`${registry.url}/v2/${repository}/blobs/${name}`);
    return answer.ok ? answer.text() : answer.status;
  };

  beforeEach(async () => {
    registry = await startForSpec(kind);
  });
  afterEach(() => registry.close());

  it('accept a blob with POST and one PUT', async () => {
    const session = await start();
    expect(session.status).toBe(202);
    const closed = await send('PUT', at(session, `?digest=${digest}`), content);
    expect(closed.status).toBe(201);
    expect(closed.headers.get('docker-content-digest')).toBe(digest);
    expect(closed.headers.get('location')).toBe(`/v2/app/blobs/${digest}`);
    expect(await readBlob()).toBe(content);
  });

  it('accept a blob with one POST', async () => {
    expect((await start(`?digest=${digest}`, content)).status).toBe(201);
    expect(await readBlob()).toBe(content);
  });

  it('accept an empty blob', async () => {
    const empty = digestOf('');
    expect((await start(`?digest=${empty}`)).status).toBe(201);
    expect(await readBlob(empty)).toBe('');
  });

  it('accept chunks in order, the last one with the closing PUT', async () => {
    const session = await start();
    const first = await send('PATCH', at(session), content.slice(0, 4000), '0-3999');
    expect([first.status, first.headers.get('range')]).toEqual([202, '0-3999']);
    const second = await send('PATCH', at(first), content.slice(4000, 7000), '4000-6999');
    expect([second.status, second.headers.get('range')]).toEqual([202, '0-6999']);
    const closed = await send('PUT', at(second, `?digest=${digest}`), content.slice(7000), '7000-9999');
    expect(closed.status).toBe(201);
    expect(await readBlob()).toBe(content);
  });

  it('refuse a chunk out of order, return their offset, and continue from there', async () => {
    const session = await start();
    await send('PATCH', at(session), content.slice(0, 10), '0-9');
    const skipped = await send('PATCH', at(session), content.slice(20, 30), '20-29');
    expect([skipped.status, skipped.headers.get('range')]).toEqual([416, '0-9']);
    const lastSkipped = await send('PUT', at(session, `?digest=${digest}`), content.slice(20), '20-9999');
    expect(lastSkipped.status).toBe(416);
    const status = await send('GET', at(session));
    expect([status.status, status.headers.get('range')]).toEqual([204, '0-9']);
    const closed = await send('PUT', at(status, `?digest=${digest}`), content.slice(10), '10-9999');
    expect(closed.status).toBe(201);
    expect(await readBlob()).toBe(content);
  });

  it.each([
    ['bytes', 'BLOB_UPLOAD_INVALID'],
    ['5-2', 'BLOB_UPLOAD_INVALID'],
    ['0-3', 'SIZE_INVALID'],
  ])('refuse a chunk of ten bytes with the range %s', async (range, code) => {
    const answer = await send('PATCH', at(await start()), content.slice(0, 10), range);
    expect(answer.status).toBe(400);
    expect(await codesOf(answer)).toEqual([code]);
  });

  it.each<[string, () => Promise<Response>]>([
    ['one POST', () => start(`?digest=${digest}`, `${content}!`)],
    ['POST and PUT', async () => send('PUT', at(await start(), `?digest=${digest}`), `${content}!`)],
  ])('refuse bytes that do not match the digest: %s', async (_, push) => {
    const answer = await push();
    expect(answer.status).toBe(400);
    expect(await codesOf(answer)).toEqual(['DIGEST_INVALID']);
    expect(await readBlob()).toBe(404);
  });

  it('end with their only PUT: the session accepts nothing more', async () => {
    const session = await start();
    await send('PUT', at(session, `?digest=${digest}`), 'other bytes');
    const again = await send('PUT', at(session, `?digest=${digest}`), content);
    expect(again.status).toBe(404);
    expect(await codesOf(again)).toEqual(['BLOB_UPLOAD_UNKNOWN']);
  });

  it('can be cancelled', async () => {
    const session = await start();
    expect((await send('DELETE', at(session))).status).toBe(204);
    expect((await send('PATCH', at(session), 'x')).status).toBe(404);
  });

  it('exist in their own repository only', async () => {
    const stranger = at(await start()).replace('/v2/app/', '/v2/other/');
    expect((await send('GET', stranger)).status).toBe(404);
  });

  it.each<DigestAlgorithm>(['sha384', 'sha512'])('accept %s, announced or not', async (algorithm) => {
    for (const [query, text] of [
      [`?digest-algorithm=${algorithm}`, 'announced'],
      ['', 'not announced'],
    ] as const) {
      const name = digestOf(text, algorithm);
      expect((await send('PUT', at(await start(query), `?digest=${name}`), text)).status).toBe(201);
      expect(await readBlob(name)).toBe(text);
    }
  });

  it('refuse an unsupported digest algorithm', async () => {
    expect((await start('?digest-algorithm=md5')).status).toBe(400);
  });

  it('mount a blob of another repository', async () => {
    await pushBlob(registry.url, 'base', content);
    const mounted = await start(`?mount=${digest}&from=base`);
    expect(mounted.status).toBe(201);
    expect(mounted.headers.get('docker-content-digest')).toBe(digest);
    expect(await readBlob()).toBe(content);
  });

  it('find a blob to mount without a source', async () => {
    await pushBlob(registry.url, 'base', content);
    expect((await start(`?mount=${digest}`)).status).toBe(201);
  });

  it.each(['?from=base', '', '?from=../../etc'])('open a session if there is nothing to mount: %s', async (from) => {
    await pushBlob(registry.url, 'elsewhere', 'something else');
    const answer = await start(`?mount=${digest}${from.replace('?', '&')}`);
    expect(answer.status).toBe(202);
    expect((await send('PUT', at(answer, `?digest=${digest}`), content)).status).toBe(201);
  });

  it('never mix two chunks that arrive at once', async () => {
    const session = at(await start());
    const answers = await Promise.all([send('PATCH', session, content, '0-9999'), send('PATCH', session, content, '0-9999')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 416]);
    expect((await send('PUT', `${session}?digest=${digest}`)).status).toBe(201);
    expect(await readBlob()).toBe(content);
  });

  it('are unchanged after an aborted chunk', async () => {
    const session = at(await start());
    await send('PATCH', session, content.slice(0, 10));
    const breaking = new ReadableStream({
      start: (controller) => controller.enqueue(Buffer.from('half of')),
      pull: (controller) => controller.error(new Error('the client dies')),
    });
    await expect(fetch(session, { method: 'PATCH', body: breaking, duplex: 'half' })).rejects.toThrow();
    const closed = await send('PUT', `${session}?digest=${digest}`, content.slice(10));
    expect(closed.status).toBe(201);
    expect(await readBlob()).toBe(content);
  });

  it('are limited in number, and can be opened again once some have ended', async () => {
    const sessions: Response[] = [];
    for (let count = 0; count < 1000; count += 1) sessions.push(await start());
    const refused = await start();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
    expect((await start(`?digest=${digest}`, content)).status).toBe(429);
    await send('DELETE', at(sessions[0] as Response));
    expect((await start(`?digest=${digest}`, content)).status).toBe(201);
  });

  it('leave nothing behind', async () => {
    await pushBlob(registry.url, 'app', content);
    await start(`?digest=${digest}`, 'wrong');
    await send('DELETE', at(await start()));
    expect(kind === 'folder' ? await readdir(join(registry.folder, 'temp')) : []).toEqual([]);
  });
});
