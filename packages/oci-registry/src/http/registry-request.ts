import type { IncomingHttpHeaders } from 'node:http';

/** One request as the routes see it: parsed, not yet judged. */
export interface RegistryRequest {
  /** As sent; a HEAD is answered like a GET and loses its body on the way out. */
  readonly method: string;
  /** Percent-decoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Can be read once. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** Splits a request's target; `undefined` where it is no path or wrongly percent-encoded. */
export function parseTarget(target: string): Pick<RegistryRequest, 'path' | 'query'> | undefined {
  if (!target.startsWith('/')) return undefined;
  const [path = '', ...query] = target.split('?');
  const decoded = decodePath(path);
  return decoded === undefined ? undefined : { path: decoded, query: new URLSearchParams(query.join('?')) };
}

function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    // Node throws for "%zz"; to us that is one more wrong path.
    return undefined;
  }
}
