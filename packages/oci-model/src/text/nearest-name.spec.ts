import { nearestName } from './nearest-name';

describe('nearestName', () => {
  it.each([
    ['ghrc', 'ghcr'],
    ['pasword', 'password'],
    ['PlainHTTP', 'plainHttp'],
    ['cop', 'corp'],
    ['namespaces', 'namespace'],
  ])('finds what was meant by %s', (word, meant) => {
    expect(nearestName(word, ['ghcr', 'corp', 'password', 'plainHttp', 'namespace'])).toBe(meant);
  });

  it('returns the nearest candidate, not the first', () => {
    expect(nearestName('local2', ['local', 'local3', 'local21'])).toBe('local');
    expect(nearestName('stagin', ['stage', 'staging'])).toBe('staging');
  });

  it('does not compare words that are far too long', () => {
    const startedMs = performance.now();
    expect(nearestName('x'.repeat(3_000_000), ['ghcr', 'plainHttp'])).toBeUndefined();
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  });

  it.each(['dockerhub', 'x', ''])('does not guess if nothing is near: %j', (word) => {
    expect(nearestName(word, ['ghcr', 'corp'])).toBeUndefined();
  });
});
