import { setTimeout as sleep } from 'node:timers/promises';

import { digestOf, type DigestAlgorithm } from '@nx-oci/model';

import { startRegistry, type RunningRegistry } from '..';
import { holdChanges, type HeldChanges } from '../testing/hold-changes';
import { pushBlob } from '../testing/push';
import { makeStorage, STORAGES, type SpecStorage } from '../testing/storages';

describe.each(STORAGES)('an upload to %s that waits to be stored', (kind) => {
  let place: SpecStorage;
  let registry: RunningRegistry;
  let held: HeldChanges;

  beforeEach(async () => {
    place = await makeStorage(kind);
    held = holdChanges(place.storage);
    registry = await startRegistry({ storage: held.storage });
  });
  afterEach(async () => {
    await registry.close();
    await place.remove();
  });

  const open = async (content: string, query = ''): Promise<string> => {
    const answer = await fetch(`${registry.url}/v2/app/blobs/uploads/${query}`, { method: 'POST' });
    const session = new URL(answer.headers.get('location') ?? '', registry.url).href;
    await send('PATCH', session, content);
    return session;
  };
  const send = async (method: string, url: string, body?: string): Promise<number> => {
    const answer = await fetch(url, { method, body });
    await answer.arrayBuffer();
    return answer.status;
  };
  // Limited, so that a session that is never sealed fails the test below.
  const untilSealed = async (session: string): Promise<void> => {
    for (let tries = 0; tries < 50 && (await send('GET', session)) !== 404; tries += 1) await sleep(20);
  };
  const read = async (digest: string, repository = 'app'): Promise<string> =>
    (await fetch(`${registry.url}/v2/${repository}/blobs/${digest}`)).text();

  it.each<[string, DigestAlgorithm, string, (session: string, digest: string) => Promise<number>]>([
    ['another chunk', 'sha256', '', (session) => send('PATCH', session, 'late')],
    ['another chunk, sha512', 'sha512', '?digest-algorithm=sha512', (session) => send('PATCH', session, 'late')],
    ['another chunk, sha512 unannounced', 'sha512', '', (session) => send('PATCH', session, 'late')],
    ['an empty chunk', 'sha256', '', (session) => send('PATCH', session, '')],
    ['a last chunk', 'sha256', '', (session, digest) => send('PUT', `${session}?digest=${digest}`, 'late')],
    ['the same end again', 'sha256', '', (session, digest) => send('PUT', `${session}?digest=${digest}`)],
    ['its cancellation', 'sha256', '', (session) => send('DELETE', session)],
  ])('refuses %s, and is stored as it was verified', async (_, algorithm, query, disturb) => {
    const digest = digestOf('the content', algorithm);
    const session = await open('the content', query);
    held.hold();
    const other = pushBlob(registry.url, 'other', 'the content before it');
    const closing = send('PUT', `${session}?digest=${digest}`);
    await untilSealed(session);
    expect(await disturb(session, digest)).toBe(404);
    held.release();
    await other;
    expect(await closing).toBe(201);
    expect(await read(digest)).toBe('the content');
  });

  it('stays unchanged while many chunks arrive', async () => {
    const digest = digestOf('the content');
    const session = await open('the content');
    const chunks = Array.from({ length: 20 }, () => send('PATCH', session, 'late'));
    const ends = Array.from({ length: 3 }, () => send('PUT', `${session}?digest=${digest}`));
    const statuses = await Promise.all([...chunks, ...ends]);
    expect(statuses.filter((status) => ![201, 202, 400, 404, 416].includes(status))).toEqual([]);
    const stored = await fetch(`${registry.url}/v2/app/blobs/${digest}`);
    expect(stored.ok ? await stored.text() : 'the content').toBe('the content');
  });
});
