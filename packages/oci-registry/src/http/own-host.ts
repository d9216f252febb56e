import { isRegistryHost } from '@nx-oci/model';

import type { RegistryRequest } from './registry-request';

/**
 * Where the client reached us, by its own word: whoever came through a name or a forwarded port is told what works
 * there. A client that lies sends only itself astray; what is no host at all is not repeated.
 */
export function ownHost({ headers }: RegistryRequest): string {
  const { host = '' } = headers;
  return isRegistryHost(host) ? host : 'localhost';
}
