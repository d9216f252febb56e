import type { RegistryRequest } from './registry-request';

/** The same request without some query parameters: for servers that do not support them. */
export function withoutParameters(request: RegistryRequest, ...names: readonly string[]): RegistryRequest {
  const query = new URLSearchParams(request.query);
  for (const name of names) query.delete(name);
  return { ...request, query };
}
