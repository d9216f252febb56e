import { subscribe, unsubscribe } from 'node:diagnostics_channel';

import { FailedAttempt } from './failed-attempt';
import { createRequestLimiter } from './request-limiter';
import { type RetryNotice, runOperation } from './operation';
import { DEFAULT_RETRY_POLICY } from './retry-policy';

describe('runOperation', () => {
  it('publishes what went wrong on its channel before a retry', async () => {
    const heard: unknown[] = [];
    const listen = (notice: unknown): void => void heard.push(notice);
    const answers = [new FailedAttempt({ outcome: { kind: 'answer', status: 503, codes: [] }, code: 'REGISTRY_FAILED', happened: 'busy' })];
    const attempt = (): Promise<string> => {
      const failure = answers.pop();
      return failure === undefined ? Promise.resolve('done') : Promise.reject(failure);
    };
    subscribe('nx-oci:retry', listen);
    try {
      const policy = { ...DEFAULT_RETRY_POLICY, baseMs: 1 };
      expect(await runOperation({ doing: 'push it', attempt }, { limiter: createRequestLimiter(1) }, policy)).toBe('done');
    } finally {
      unsubscribe('nx-oci:retry', listen);
    }
    const expected: RetryNotice = { doing: 'push it', happened: 'busy', waitMs: expect.any(Number) as number };
    expect(heard).toEqual([expected]);
  });

  it('gives up when its waits would be too long in total', async () => {
    const outcome = { kind: 'answer', status: 503, codes: [], retryAfterMs: 20 } as const;
    const attempt = jest.fn(() => Promise.reject(new FailedAttempt({ outcome, code: 'REGISTRY_FAILED', happened: 'busy' })));
    const policy = { ...DEFAULT_RETRY_POLICY, budgetMs: 50 };
    await expect(runOperation({ doing: 'look', attempt }, { limiter: createRequestLimiter(1) }, policy)).rejects.toMatchObject({
      message: 'Cannot look: busy.',
    });
    expect(attempt).toHaveBeenCalledTimes(3);
  });

  it('stops waiting when it is aborted', async () => {
    const outcome = { kind: 'answer', status: 503, codes: [], retryAfterMs: 30_000 } as const;
    const attempt = (): Promise<never> => Promise.reject(new FailedAttempt({ outcome, code: 'REGISTRY_FAILED', happened: 'busy' }));
    const startedMs = performance.now();
    const stopped = runOperation(
      { doing: 'look', attempt, signal: AbortSignal.timeout(50) },
      { limiter: createRequestLimiter(1) },
      DEFAULT_RETRY_POLICY,
    );
    await expect(stopped).rejects.toMatchObject({ code: 'ABORTED', message: 'Cannot look: it was stopped.' });
    expect(performance.now() - startedMs).toBeLessThan(10_000);
  });
});
