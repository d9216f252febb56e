import type { RegistryRequest } from './registry-request';

/** The same request without some of its query: for servers that do not know those parameters. */
export function withoutParameters(request: RegistryRequest, ...names: readonly string[]): RegistryRequest {
  const query = new URLSearchParams(request.query);
  for (const name of names) query.delete(name);
  return { ...request, query };
}
