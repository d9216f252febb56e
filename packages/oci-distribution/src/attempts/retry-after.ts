const UNITS_MS: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * How long a `Retry-After` header asks to wait: seconds or an HTTP date.
 *
 * @param nowMs the current time, to compare a date with.
 * @returns `undefined` if there is none or it is invalid; 0 for a date in the past.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d{1,9}(?:\.\d{1,9})?$/.test(text)) return Number(text) * 1000;
  // Only what looks like a date: Date.parse also accepts "-1", as a year.
  if (!/^[A-Za-z]{3},? /.test(text)) return undefined;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}

/**
 * The delay that GHCR writes into the body of a 429 instead of a header: `retry-after: 10.305464ms, allowed: 2000/minute`.
 *
 * @see https://github.com/chainguard-images/images/issues/173
 */
export function findRetryAfterInText(text: string): number | undefined {
  const [, amount, unit] = /retry-after: ?(\d{1,9}(?:\.\d{1,12})?)(ns|us|µs|ms|s|m|h)\b/i.exec(text) ?? [];
  const unitMs = unit === undefined ? undefined : UNITS_MS[unit.toLowerCase()];
  return unitMs === undefined ? undefined : Number(amount) * unitMs;
}
