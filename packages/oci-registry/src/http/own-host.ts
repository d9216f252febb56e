import { isRegistryHost } from '@nx-oci/model';

import type { RegistryRequest } from './registry-request';

/**
 * The host by which the client reached us, from its own header, so that answers contain an address that works through names and
 * forwarded ports. A false header only misleads the client itself; an invalid one is not repeated.
 */
export function ownHost({ headers }: RegistryRequest): string {
  const { host = '' } = headers;
  return isRegistryHost(host) ? host : 'localhost';
}
