import { isOciError } from '@nx-oci/model';

import { type KnownLogin } from './host-facts';
import { type HostRules } from '../transport/redirect';
import { judgeRealm, type TokenService } from './realm';

/** Tokens of a service that the registry names. */
export interface BearerMethod {
  readonly kind: 'bearer';
  readonly tokens: TokenService;
  readonly service: string | undefined;
}

/** How a registry host is entered. */
export type LoginMethod = { readonly kind: 'open' } | { readonly kind: 'basic' } | BearerMethod;

/** A method of an earlier run, judged as if the host had named it now. */
export function recallMethod(known: KnownLogin, rules: HostRules): LoginMethod | undefined {
  if (known.kind === 'basic') return known;
  try {
    return { kind: 'bearer', tokens: judgeRealm(known.realm, rules), service: known.service };
  } catch (error) {
    // Then the host is asked as if nobody had ever met it, and what it says is judged again.
    if (isOciError(error, 'REALM_REFUSED')) return undefined;
    throw error;
  }
}

/** What of a challenge may be kept: whatever might be a secret in a realm is not. */
export function toRemember({ realm, service }: { readonly realm: string; readonly service?: string }): KnownLogin | undefined {
  const { username, password, search } = new URL(realm);
  return username === '' && password === '' && search === '' ? { kind: 'bearer', realm, service } : undefined;
}

/** The same for methods whose tokens are worth the same. */
export function nameService(method: LoginMethod): string {
  return method.kind === 'bearer' ? `${method.tokens.url.href} ${method.service ?? ''}` : method.kind;
}
