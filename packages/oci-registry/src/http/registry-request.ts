import type { IncomingHttpHeaders } from 'node:http';

/** One parsed request. */
export interface RegistryRequest {
  /** As sent; a HEAD is answered like a GET, without the body. */
  readonly method: string;
  /** Percent-decoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Can be read once. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** Splits the target of a request; `undefined` if it is not a path or has invalid percent-encoding. */
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
    // Node throws for "%zz", which is an invalid path.
    return undefined;
  }
}
