import type { IncomingHttpHeaders } from 'node:http';

/** Whether the client already has this content. @see https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2 */
export function isUnchanged(headers: IncomingHttpHeaders, etag: string): boolean {
  const known = headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return known?.some((tag) => tag === etag || tag === '*') ?? false;
}
