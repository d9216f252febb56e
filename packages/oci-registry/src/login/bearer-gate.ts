import { randomBytes } from 'node:crypto';

import type { Answer } from '../http/answer';
import { ownHost } from '../http/own-host';
import type { RegistryRequest } from '../http/registry-request';
import { refuse } from '../protocol-error';
import type { Account } from './account';
import { createBasicGate } from './basic-gate';
import type { LoginGate } from './login-gate';
import { accessNeededFor, isGranted, printScope, type Access } from './scope';
import { readToken, type Claims } from './signed-token';
import { createTokenService } from './token-service';

/** Names this registry to its token service. */
export const SERVICE = 'oci-registry';

/**
 * Tokens that carry scopes: a request without the right one is told where to get it and what to ask for.
 *
 * @param tokenSeconds how long a token is good for.
 * @see https://distribution.github.io/distribution/spec/auth/token/
 */
export function createBearerGate(account: Account, tokenSeconds: number): LoginGate {
  const key = randomBytes(32);
  const page = createBasicGate(account);
  const service = createTokenService({ account, key, tokenSeconds });
  return {
    refuseEntry(request, route) {
      if (route.noun === 'token') return undefined;
      // A browser knows nothing of token services.
      if (route.noun === 'page') return page.refuseEntry(request, route);
      const claims = readBearer(request, key);
      const needed = accessNeededFor(request, route);
      if (claims && isGranted(claims.access, needed)) return undefined;
      return challenge(request, needed, claims);
    },
    answerToken: service,
  };
}

function readBearer({ headers }: RegistryRequest, key: Buffer): Claims | undefined {
  const [, token] = /^bearer +(\S+) *$/i.exec(headers.authorization ?? '') ?? [];
  const claims = token === undefined ? undefined : readToken(token, key, Date.now() / 1000);
  return claims?.use === 'access' ? claims : undefined;
}

// RFC 6750 §3.1: an error is named only where there was a token.
function challenge(request: RegistryRequest, needed: readonly Access[], claims: Claims | undefined): Answer {
  const error = claims ? 'insufficient_scope' : request.headers.authorization === undefined ? undefined : 'invalid_token';
  const parameters = [
    `realm="http://${ownHost(request)}/token"`,
    `service="${SERVICE}"`,
    ...(needed.length > 0 ? [`scope="${printScope(needed)}"`] : []),
    ...(error ? [`error="${error}"`] : []),
  ];
  return refuse('UNAUTHORIZED', 'This registry asks for a token.', {
    detail: needed,
    headers: { 'www-authenticate': `Bearer ${parameters.join(',')}` },
  });
}
