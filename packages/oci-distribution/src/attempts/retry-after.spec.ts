import { findRetryAfterInText, parseRetryAfter } from './retry-after';

const NOW = Date.parse('2026-01-02T03:04:05Z');

describe('parseRetryAfter', () => {
  it.each([
    ['3', 3000],
    [' 0 ', 0],
    ['1.5', 1500],
    ['Fri, 02 Jan 2026 03:04:15 GMT', 10_000],
    ['Fri, 02 Jan 2026 03:04:00 GMT', 0],
  ])('reads %j as %i ms', (header, waitMs) => {
    expect(parseRetryAfter(header, NOW)).toBe(waitMs);
  });

  it.each([undefined, '', '-1', 'soon', '1e9', '99999999999999'])('does not guess at %j', (header) => {
    expect(parseRetryAfter(header, NOW)).toBeUndefined();
  });
});

describe('findRetryAfterInText', () => {
  it('reads what GHCR writes into the body', () => {
    const text = '{"errors":[{"code":"TOOMANYREQUESTS","message":"retry-after: 10.5ms, allowed: 2000/minute"}]}';
    expect(findRetryAfterInText(text)).toBe(10.5);
    expect(findRetryAfterInText('retry-after: 2s')).toBe(2000);
    expect(findRetryAfterInText('retry-after: 3 parsecs')).toBeUndefined();
  });
});
