import { randomUUID } from 'node:crypto';

import { answerJson, type Answer } from '../http/answer';
import { readBody } from '../http/read-body';
import type { RegistryRequest } from '../http/registry-request';
import { refuse } from '../http/protocol-error';
import { isAccount, parseBasic, type Account } from './account';
import { BASIC_CHALLENGE } from './basic-authenticator';
import { parseScopes, type Access } from './scope';
import { readToken, signToken, type Claims } from './signed-token';

const MAX_FORM_BYTES = 64 * 1024;
const REFRESH_TOKEN_SECONDS = 30 * 24 * 60 * 60;

export interface TokenServiceOptions {
  readonly account: Account;
  readonly key: Buffer;
  readonly tokenSeconds: number;
  /** Of several `scope` parameters only the last counts. */
  readonly isLastScopeOnly: boolean;
}

/**
 * Issues tokens: `GET` with Basic credentials, and the OAuth2 form by `POST`. The only account may do everything, so all valid
 * scopes are granted.
 *
 * @see https://distribution.github.io/distribution/spec/auth/token/
 * @see https://distribution.github.io/distribution/spec/auth/oauth/
 */
export function createTokenService(options: TokenServiceOptions): (request: RegistryRequest) => Promise<Answer> {
  return (request) => (request.method === 'POST' ? answerForm(request, options) : Promise.resolve(answerQuery(request, options)));
}

function answerQuery({ headers, query }: RegistryRequest, options: TokenServiceOptions): Answer {
  const given = parseBasic(headers.authorization);
  if (!given || !isAccount(options.account, given.username, given.password)) return refuseCredentials();
  return grant(query, query.get('offline_token') === 'true', options);
}

async function answerForm({ body }: RegistryRequest, options: TokenServiceOptions): Promise<Answer> {
  const bytes = await readBody(body, MAX_FORM_BYTES);
  if (bytes === 'too-large') return refuse('SIZE_INVALID', `A token request has at most ${MAX_FORM_BYTES} bytes.`, { status: 413 });
  const form = new URLSearchParams(bytes.toString('utf8'));
  if (!isFormRight(form, options)) return refuseCredentials();
  return grant(form, form.get('access_type') === 'offline', options);
}

function isFormRight(form: URLSearchParams, { account, key }: TokenServiceOptions): boolean {
  if (form.get('grant_type') === 'refresh_token') return readToken(form.get('refresh_token') ?? '', key, nowSeconds())?.use === 'refresh';
  return form.get('grant_type') === 'password' && isAccount(account, form.get('username') ?? '', form.get('password') ?? '');
}

function grant(asked: URLSearchParams, withRefresh: boolean, options: TokenServiceOptions): Answer {
  const issuedAt = Math.floor(nowSeconds());
  const make = (use: Claims['use'], seconds: number, access: readonly Access[]): string =>
    signToken(
      {
        sub: options.account.username,
        aud: asked.get('service') ?? '',
        iat: issuedAt,
        exp: issuedAt + seconds,
        jti: randomUUID(),
        access,
        use,
      },
      options.key,
    );
  const scopes = asked.getAll('scope');
  const access = parseScopes(options.isLastScopeOnly ? scopes.slice(-1) : scopes);
  const token = make('access', options.tokenSeconds, access);
  const scope = access.map(({ type, name, actions }) => `${type}:${name}:${actions.join(',')}`).join(' ');
  return answerJson(
    200,
    {
      token,
      access_token: token,
      scope,
      expires_in: options.tokenSeconds,
      issued_at: new Date(issuedAt * 1000).toISOString(),
      ...(withRefresh ? { refresh_token: make('refresh', REFRESH_TOKEN_SECONDS, []) } : {}),
    },
    { 'cache-control': 'no-store' },
  );
}

function refuseCredentials(): Answer {
  return refuse('UNAUTHORIZED', 'The user name, password or refresh token is wrong.', { headers: { 'www-authenticate': BASIC_CHALLENGE } });
}

function nowSeconds(): number {
  return Date.now() / 1000;
}
