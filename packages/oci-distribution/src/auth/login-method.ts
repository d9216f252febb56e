import { isOciError } from '@nx-oci/model';

import { type KnownLogin } from '../host/registry-capabilities';
import { type HostRules } from '../transport/redirect';
import { checkRealm, type TokenService } from './realm';

/** Tokens from a service that the registry names. */
export interface BearerMethod {
  readonly kind: 'bearer';
  readonly tokens: TokenService;
  readonly service: string | undefined;
}

/** How to log in to a registry host. */
export type LoginMethod = { readonly kind: 'open' } | { readonly kind: 'basic' } | BearerMethod;

/** The method of an earlier run, checked as if the host had named it now. */
export function restoreMethod(known: KnownLogin, rules: HostRules): LoginMethod | undefined {
  if (known.kind === 'basic') return known;
  try {
    return { kind: 'bearer', tokens: checkRealm(known.realm, rules), service: known.service };
  } catch (error) {
    // Then the host is treated as unknown, and its answer is checked.
    if (isOciError(error, 'REALM_REFUSED')) return undefined;
    throw error;
  }
}

/** The part of a challenge that may be stored: not a realm that may contain a secret. */
export function toStorableLogin({ realm, service }: { readonly realm: string; readonly service?: string }): KnownLogin | undefined {
  const { username, password, search } = new URL(realm);
  return username === '' && password === '' && search === '' ? { kind: 'bearer', realm, service } : undefined;
}

/** Equal for methods whose tokens are interchangeable. */
export function tokenServiceKey(method: LoginMethod): string {
  return method.kind === 'bearer' ? `${method.tokens.url.href} ${method.service ?? ''}` : method.kind;
}
