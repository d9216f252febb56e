import type { RegistryRequest } from '../http/registry-request';

/**
 * Where the client reached us, by its own word: whoever came through a name or a forwarded port gets a realm that works
 * there. A client that lies sends only itself astray; what is no host at all is not repeated.
 */
export function ownUrl({ headers }: RegistryRequest): string {
  const host = headers.host ?? '';
  return `http://${/^[\w.-]+(?::\d+)?$|^\[[0-9a-f:.]+\](?::\d+)?$/i.test(host) ? host : 'localhost'}`;
}
