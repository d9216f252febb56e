import { DEFAULT_RETRY_POLICY, decideRetry, type Outcome } from './retry-policy';

type Answer = Extract<Outcome, { kind: 'answer' }>;

const answer = (status: number, more: Partial<Answer> = {}): Answer => ({ kind: 'answer', status, codes: [], ...more });
const judgeTry = (outcome: Outcome, attempt = 1, random = 0.5, waitedMs = 0) =>
  decideRetry({ outcome, attempt, waitedMs }, random, DEFAULT_RETRY_POLICY);

describe('decideRetry', () => {
  it('waits a random part of a window that doubles with each attempt', () => {
    expect(judgeTry(answer(503))).toEqual({ retry: true, waitMs: 250, pauseHost: false });
    expect(judgeTry(answer(503), 3)).toEqual({ retry: true, waitMs: 1000, pauseHost: false });
  });

  it('never waits longer than half a minute by its own choice', () => {
    expect(judgeTry(answer(503), 5, 1)).toMatchObject({ waitMs: 8_000 });
    const patient = { ...DEFAULT_RETRY_POLICY, attempts: 20, budgetMs: 1e9 };
    expect(decideRetry({ outcome: answer(503), attempt: 12, waitedMs: 0 }, 1, patient)).toMatchObject({ waitMs: 30_000 });
  });

  it('waits as long as the registry asks, but never longer than two minutes', () => {
    expect(judgeTry(answer(429, { retryAfterMs: 3000 }))).toMatchObject({ waitMs: 3000 });
    expect(judgeTry(answer(429, { retryAfterMs: 86_400_000 }))).toMatchObject({ waitMs: 120_000 });
  });

  it('applies a rate limit with any status to the whole host', () => {
    expect(judgeTry(answer(429))).toMatchObject({ pauseHost: true });
    expect(judgeTry(answer(403, { isRateLimit: true }))).toMatchObject({ retry: true, pauseHost: true });
  });

  it.each([400, 401, 403, 404, 405, 409, 412, 413, 416, 501])('does not retry a permanent failure: %i', (status) => {
    expect(judgeTry(answer(status))).toEqual({ retry: false });
  });

  it.each([408, 425, 429, 499, 500, 502, 503, 504, 520, 521, 522, 523, 524])('retries a temporary failure: %i', (status) => {
    expect(judgeTry(answer(status))).toMatchObject({ retry: true });
  });

  it.each(['BLOB_UPLOAD_UNKNOWN', 'BLOB_UPLOAD_INVALID'])('restarts a lost upload session with any status: %s', (code) => {
    expect(judgeTry(answer(404, { codes: [code] }))).toMatchObject({ retry: true });
  });

  it.each(['TOOMANYREQUESTS', 'UNAVAILABLE'])('retries a temporary error of the registry with any status: %s', (code) => {
    expect(judgeTry(answer(400, { codes: [code] }))).toMatchObject({ retry: true });
  });

  it('gives up after the last attempt, and sooner if there is no connection', () => {
    expect(judgeTry(answer(503), 5)).toMatchObject({ retry: true });
    expect(judgeTry(answer(503), 6)).toEqual({ retry: false });
    expect(judgeTry({ kind: 'broken', phase: 'transfer' }, 5)).toMatchObject({ retry: true });
    expect(judgeTry({ kind: 'broken', phase: 'connect' }, 3)).toEqual({ retry: false });
    expect(judgeTry({ kind: 'broken', phase: 'permanent' }, 1)).toEqual({ retry: false });
  });

  it('gives up when its waits would be too long in total', () => {
    expect(judgeTry(answer(429, { retryAfterMs: 60_000 }), 2, 0, 240_000)).toMatchObject({ retry: true });
    expect(judgeTry(answer(429, { retryAfterMs: 60_000 }), 2, 0, 240_001)).toEqual({ retry: false });
  });
});
