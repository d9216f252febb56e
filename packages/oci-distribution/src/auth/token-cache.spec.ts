import { createTokenCache, type Token } from './token-cache';
import { type Scope } from '../host/scope';

const PULL: readonly Scope[] = [{ repository: 'a', actions: ['pull'] }];
const PUSH: readonly Scope[] = [{ repository: 'a', actions: ['pull', 'push'] }];

function countingCache() {
  const clock = { nowMs: 0 };
  let given = 0;
  const obtain = (): Promise<Token> => Promise.resolve({ value: `token-${++given}`, lifetimeMs: 60_000 });
  const cache = createTokenCache(() => clock.nowMs);
  return { clock, obtain, cache };
}

describe('a token cache', () => {
  it('fetches a token once for all parallel requests', async () => {
    const { cache, obtain } = countingCache();
    expect(await Promise.all([1, 2, 3].map(() => cache.get('alice', PULL, obtain)))).toEqual(['token-1', 'token-1', 'token-1']);
  });

  it('fetches no second token while the first is being fetched', async () => {
    const { cache, obtain } = countingCache();
    const first = cache.get('alice', PUSH, obtain);
    await Promise.resolve();
    expect(await Promise.all([first, cache.get('alice', PULL, obtain)])).toEqual(['token-1', 'token-1']);
  });

  it('uses a token with more scopes than needed, never one with fewer', async () => {
    const { cache, obtain } = countingCache();
    expect(await cache.get('alice', PULL, obtain)).toBe('token-1');
    expect(await cache.get('alice', PUSH, obtain)).toBe('token-2');
    expect(await cache.get('alice', PUSH, obtain)).toBe('token-2');
  });

  it('does not share tokens between accounts', async () => {
    const { cache, obtain } = countingCache();
    await cache.get('alice', PULL, obtain);
    expect(await cache.get('anonymous', PULL, obtain)).toBe('token-2');
  });

  it('renews a token before it expires', async () => {
    const { cache, obtain, clock } = countingCache();
    await cache.get('alice', PULL, obtain);
    clock.nowMs = 53_999;
    expect(await cache.get('alice', PULL, obtain)).toBe('token-1');
    clock.nowMs = 54_000;
    expect(await cache.get('alice', PULL, obtain)).toBe('token-2');
  });

  it('does not cache a failure', async () => {
    const { cache, obtain } = countingCache();
    await expect(cache.get('alice', PULL, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await cache.get('alice', PULL, obtain)).toBe('token-1');
  });

  it('forgets a token that was refused', async () => {
    const { cache, obtain } = countingCache();
    cache.forget(await cache.get('alice', PULL, obtain));
    expect(await cache.get('alice', PULL, obtain)).toBe('token-2');
  });
});
