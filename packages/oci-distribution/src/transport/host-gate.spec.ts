import { setTimeout as sleep } from 'node:timers/promises';

import { createHostGate } from './host-gate';

describe('a host gate', () => {
  it('lets through as many as it may, and no more', async () => {
    const gate = createHostGate(3);
    let inside = 0;
    let most = 0;
    const visit = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await sleep(5);
      inside--;
    };
    await Promise.all(Array.from({ length: 20 }, () => gate.pass(visit, undefined)));
    expect(most).toBe(3);
  });

  it('holds back everybody during a pause', async () => {
    const gate = createHostGate(2);
    const started = performance.now();
    gate.pause(60);
    await Promise.all([gate.pass(() => Promise.resolve(), undefined), gate.pass(() => Promise.resolve(), undefined)]);
    expect(performance.now() - started).toBeGreaterThanOrEqual(59);
  });

  it('lets fewer through after a pause, and more again as requests succeed', async () => {
    const gate = createHostGate(4);
    gate.pause(1);
    let inside = 0;
    const seen: number[] = [];
    const visit = async (): Promise<void> => {
      seen.push(++inside);
      await sleep(5);
      inside--;
    };
    await Promise.all(Array.from({ length: 20 }, () => gate.pass(visit, undefined)));
    expect(Math.max(...seen.slice(0, 2))).toBe(2);
    expect(Math.max(...seen)).toBe(4);
  });

  it('lets nobody in who has given up waiting', async () => {
    const gate = createHostGate(1);
    gate.pause(10_000);
    const request = jest.fn(() => Promise.resolve());
    await expect(gate.pass(request, AbortSignal.timeout(20))).rejects.toThrow();
    expect(request).not.toHaveBeenCalled();
  });
});
