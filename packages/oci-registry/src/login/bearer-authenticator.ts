import { randomBytes } from 'node:crypto';

import type { Answer } from '../http/answer';
import { ownHost } from '../http/own-host';
import type { RegistryRequest } from '../http/registry-request';
import type { ProfileLogin } from '../quirks/registry-profile';
import { refuse } from '../http/protocol-error';
import type { Route } from '../http/route';
import type { Account } from './account';
import { createBasicAuthenticator } from './basic-authenticator';
import type { Authenticator } from './authenticator';
import { accessNeededFor, isGranted, printScope } from './scope';
import { readToken, type Claims } from './signed-token';
import { createTokenService } from './token-service';

const SERVICE = 'oci-registry';

/** Options of a bearer login, in addition to the account. */
export interface BearerOptions {
  /** Lifetime of a token. */
  readonly tokenSeconds: number;
  /** Scheme, host and port of the token service if it is another server; `undefined` if it is this one. */
  readonly secondServerUrl: string | undefined;
  readonly profile: Pick<ProfileLogin, 'tokenPath' | 'service' | 'placeholderScope' | 'isLastScopeOnly'>;
}

/**
 * Tokens with scopes: a request without the required one gets a challenge with token service and scope.
 *
 * @see https://distribution.github.io/distribution/spec/auth/token/
 */
export function createBearerAuthenticator(account: Account, options: BearerOptions): Authenticator {
  const { tokenSeconds, secondServerUrl, profile } = options;
  const tokenPath = profile.tokenPath ?? '/token';
  const key = randomBytes(32);
  const page = createBasicAuthenticator(account);
  const challenge = (request: RegistryRequest, route: Route, claims: Claims | undefined): Answer =>
    refuseWith(request, { ...options, realm: `${secondServerUrl ?? `http://${ownHost(request)}`}${tokenPath}`, route, claims });
  return {
    refuseAccess(request, route) {
      if (route.noun === 'token') return undefined;
      // Browsers do not support token services.
      if (route.noun === 'page' || route.noun === 'asset') return page.refuseAccess(request, route);
      const claims = readBearer(request, key);
      if (claims && isGranted(claims.access, accessNeededFor(request, route))) return undefined;
      return challenge(request, route, claims);
    },
    challenge: (request, route) => challenge(request, route, readBearer(request, key)),
    answerToken: createTokenService({ account, key, tokenSeconds, isLastScopeOnly: profile.isLastScopeOnly ?? false }),
    tokenPath: secondServerUrl === undefined ? tokenPath : undefined,
  };
}

function readBearer({ headers }: RegistryRequest, key: Buffer): Claims | undefined {
  const [, token] = /^bearer +(\S+) *$/i.exec(headers.authorization ?? '') ?? [];
  const claims = token === undefined ? undefined : readToken(token, key, Date.now() / 1000);
  return claims?.use === 'access' ? claims : undefined;
}

interface Refusal extends BearerOptions {
  readonly realm: string;
  readonly route: Route;
  readonly claims: Claims | undefined;
}

// RFC 6750 §3.1: an error is only named if there was a token.
function refuseWith(request: RegistryRequest, { realm, route, claims, profile }: Refusal): Answer {
  const needed = accessNeededFor(request, route);
  const scope = needed.length > 0 ? printScope(needed) : profile.placeholderScope;
  const error = claims ? 'insufficient_scope' : request.headers.authorization === undefined ? undefined : 'invalid_token';
  const parameters = [
    `realm="${realm}"`,
    `service="${profile.service ?? SERVICE}"`,
    ...(scope === undefined ? [] : [`scope="${scope}"`]),
    ...(error ? [`error="${error}"`] : []),
  ];
  return refuse('UNAUTHORIZED', 'This registry requires a token.', {
    detail: needed,
    headers: { 'www-authenticate': `Bearer ${parameters.join(',')}` },
  });
}
