import { randomBytes } from 'node:crypto';

import type { Answer } from '../http/answer';
import { ownHost } from '../http/own-host';
import type { RegistryRequest } from '../http/registry-request';
import type { ProfileLogin } from '../quirks/registry-profile';
import { refuse } from '../http/protocol-error';
import type { Route } from '../http/route';
import type { Account } from './account';
import { createBasicGate } from './basic-gate';
import type { LoginGate } from './login-gate';
import { accessNeededFor, isGranted, printScope } from './scope';
import { readToken, type Claims } from './signed-token';
import { createTokenService } from './token-service';

const SERVICE = 'oci-registry';

/** What a bearer login needs to know beside the account. */
export interface BearerOptions {
  /** How long a token is good for. */
  readonly tokenSeconds: number;
  /** Scheme, host and port of the token service where that is another server; `undefined` where it is this one. */
  readonly elsewhereUrl: string | undefined;
  readonly profile: Pick<ProfileLogin, 'tokenPath' | 'service' | 'placeholderScope' | 'isLastScopeOnly'>;
}

/**
 * Tokens that carry scopes: a request without the right one is told where to get it and what to ask for.
 *
 * @see https://distribution.github.io/distribution/spec/auth/token/
 */
export function createBearerGate(account: Account, options: BearerOptions): LoginGate {
  const { tokenSeconds, elsewhereUrl, profile } = options;
  const tokenPath = profile.tokenPath ?? '/token';
  const key = randomBytes(32);
  const page = createBasicGate(account);
  const challenge = (request: RegistryRequest, route: Route, claims: Claims | undefined): Answer =>
    refuseWith(request, { ...options, realm: `${elsewhereUrl ?? `http://${ownHost(request)}`}${tokenPath}`, route, claims });
  return {
    refuseEntry(request, route) {
      if (route.noun === 'token') return undefined;
      // A browser knows nothing of token services.
      if (route.noun === 'page') return page.refuseEntry(request, route);
      const claims = readBearer(request, key);
      if (claims && isGranted(claims.access, accessNeededFor(request, route))) return undefined;
      return challenge(request, route, claims);
    },
    challenge: (request, route) => challenge(request, route, readBearer(request, key)),
    answerToken: createTokenService({ account, key, tokenSeconds, isLastScopeOnly: profile.isLastScopeOnly ?? false }),
    tokenPath: elsewhereUrl === undefined ? tokenPath : undefined,
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

// RFC 6750 §3.1: an error is named only where there was a token.
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
  return refuse('UNAUTHORIZED', 'This registry asks for a token.', {
    detail: needed,
    headers: { 'www-authenticate': `Bearer ${parameters.join(',')}` },
  });
}
