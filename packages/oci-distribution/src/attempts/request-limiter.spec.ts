import { setTimeout as sleep } from 'node:timers/promises';

import { createRequestLimiter } from './request-limiter';

describe('a request limiter', () => {
  it('runs as many requests in parallel as allowed, and no more', async () => {
    const gate = createRequestLimiter(3);
    let inside = 0;
    let most = 0;
    const visit = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await sleep(5);
      inside--;
    };
    await Promise.all(Array.from({ length: 20 }, () => gate.run(visit, undefined)));
    expect(most).toBe(3);
  });

  it('starts no request during a pause', async () => {
    const gate = createRequestLimiter(2);
    const started = performance.now();
    gate.pause(60);
    await Promise.all([gate.run(() => Promise.resolve(), undefined), gate.run(() => Promise.resolve(), undefined)]);
    expect(performance.now() - started).toBeGreaterThanOrEqual(59);
  });

  it('runs fewer requests after a pause, and more again as requests succeed', async () => {
    const gate = createRequestLimiter(4);
    gate.pause(1);
    let inside = 0;
    const seen: number[] = [];
    const visit = async (): Promise<void> => {
      seen.push(++inside);
      await sleep(5);
      inside--;
    };
    await Promise.all(Array.from({ length: 20 }, () => gate.run(visit, undefined)));
    // The third one starts when one of the first two has ended.
    expect(Math.max(...seen.slice(0, 3))).toBe(2);
    expect(Math.max(...seen)).toBe(4);
  });

  it('counts simultaneous pauses as one limit, and a later one as another', async () => {
    const gate = createRequestLimiter(8);
    const placesAfterPauses = async (count: number): Promise<number> => {
      for (let pause = 0; pause < count; pause++) gate.pause(20);
      let inside = 0;
      const seen: number[] = [];
      const visit = async (): Promise<void> => {
        seen.push(++inside);
        await sleep(20);
        inside--;
        throw new Error('no success that would bring a place back');
      };
      await Promise.allSettled(Array.from({ length: 8 }, () => gate.run(visit, undefined)));
      return Math.max(...seen);
    };
    expect([await placesAfterPauses(5), await placesAfterPauses(1), await placesAfterPauses(1)]).toEqual([4, 2, 1]);
  });

  it('waits for the longest of several pauses', async () => {
    const gate = createRequestLimiter(1);
    const started = performance.now();
    gate.pause(80);
    gate.pause(10);
    await gate.run(() => Promise.resolve(), undefined);
    expect(performance.now() - started).toBeGreaterThanOrEqual(79);
  });

  it('does not start a request that was aborted in the queue', async () => {
    const gate = createRequestLimiter(1);
    const stop = new AbortController();
    const first = gate.run(() => sleep(30), undefined);
    const request = jest.fn(() => Promise.resolve());
    const second = gate.run(request, stop.signal);
    stop.abort(new Error('enough'));
    await expect(second).rejects.toThrow('enough');
    await first;
    expect(request).not.toHaveBeenCalled();
  });

  it('does not start a request that was aborted during a pause', async () => {
    const gate = createRequestLimiter(1);
    gate.pause(10_000);
    const request = jest.fn(() => Promise.resolve());
    await expect(gate.run(request, AbortSignal.timeout(20))).rejects.toThrow();
    expect(request).not.toHaveBeenCalled();
  });
});
