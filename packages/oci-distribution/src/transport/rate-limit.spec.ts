import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setTimeout as sleep } from 'node:timers/promises';

import { answer, type Script, startScriptedServer } from '../testing/scripted-server';
import { testClient } from '../testing/test-client';
import { type RetryNotice } from '../attempts/operation';

const errorBody = (code: string, message: string): string => JSON.stringify({ errors: [{ code, message }] });

/** The wait of a GET before its second attempt, after this first answer. */
async function findWaitMs(refuse: Script): Promise<number> {
  const waits: number[] = [];
  const listen = (notice: unknown): void => void waits.push((notice as RetryNotice).waitMs);
  let isRefused = false;
  const server = await startScriptedServer((request, response, self) => {
    if (isRefused) return answer(response, 200, {}, '{"tags":[]}');
    isRefused = true;
    refuse(request, response, self);
  });
  subscribe('nx-oci:retry', listen);
  await testClient().repository({ registry: server.host, repository: 'a' }).listTags();
  unsubscribe('nx-oci:retry', listen);
  expect(waits).toHaveLength(1);
  return waits[0] ?? 0;
}

// Our own back-off is at most 5 ms here.
describe('a rate limit is respected', () => {
  it('with a delay in seconds', async () => {
    expect(await findWaitMs((_, response) => answer(response, 429, { 'retry-after': '1' }))).toBe(1000);
  });

  it('with a date', async () => {
    const waitMs = await findWaitMs((_, response) => answer(response, 503, { 'retry-after': new Date(Date.now() + 2500).toUTCString() }));
    expect(waitMs).toBeGreaterThan(500);
    expect(waitMs).toBeLessThanOrEqual(2500);
  });

  it('with a delay in the body, as by GHCR', async () => {
    const body = errorBody('TOOMANYREQUESTS', 'retry-after: 120.5ms, allowed: 2000/minute');
    expect(await findWaitMs((_, response) => answer(response, 429, {}, body))).toBe(120.5);
  });
});

describe('a host with a rate limit', () => {
  it.each([
    { how: 'by its status', status: 429, body: '' },
    { how: 'in words, as GHCR does', status: 403, body: errorBody('DENIED', 'You have exceeded a secondary rate limit') },
  ])('$how gets half of the parallel requests, and more as they succeed', async ({ status, body }) => {
    let isRefused = false;
    let inside = 0;
    const seen: number[] = [];
    const server = await startScriptedServer(async (_, response) => {
      if (!isRefused) {
        isRefused = true;
        return answer(response, status, { 'retry-after': '0.3' }, body);
      }
      seen.push(++inside);
      await sleep(100);
      inside--;
      answer(response, 200, {}, '{"tags":[]}');
    });
    const api = testClient({ concurrencyPerHost: 4 }).repository({ registry: server.host, repository: 'a' });
    const first = api.listTags();
    // The others start once the limit is known.
    while (server.seen.length === 0) await sleep(5);
    await sleep(50);
    await Promise.all([first, ...Array.from({ length: 9 }, () => api.listTags())]);
    // The third one starts when one of the first two has ended.
    expect(Math.max(...seen.slice(0, 3))).toBe(2);
    expect(Math.max(...seen)).toBeGreaterThan(2);
  });
});
