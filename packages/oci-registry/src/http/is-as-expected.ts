import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether the stored content matches the `If-Match` of the client.
 *
 * @param etag of the stored content; `undefined` if there is none.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-13.1.1
 */
export function isAsExpected(headers: IncomingHttpHeaders, etag: string | undefined): boolean {
  const expected = headers['if-match']?.split(',').map((tag) => tag.trim());
  if (expected === undefined) return true;
  return etag !== undefined && expected.some((tag) => tag === etag || tag === '*');
}
