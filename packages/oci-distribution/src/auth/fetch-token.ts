import { knownSecrets, readLimited } from '@nx-oci/model';

import { type Credential } from '../credentials/credential';
import { describeConnectionFailure } from '../attempts/connection-failure';
import { FailedAttempt } from '../attempts/failed-attempt';
import { type RegistryAnswer, dropBody } from '../transport/request';
import { formatScopes, type Scope } from '../host/scope';
import { type Token } from './token-cache';

/** Sends one request to the token service: no redirects, no queue, no retries. */
export type AskTokenService = (request: {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}) => Promise<RegistryAnswer>;

export interface TokenRequest {
  readonly realm: URL;
  readonly service: string | undefined;
  readonly scopes: readonly Scope[];
  /** `undefined` asks for an anonymous token. */
  readonly credential: Exclude<Credential, { readonly kind: 'registry-token' }> | undefined;
}

/** A token, or the answer that refused it, whose body has not been read. */
export type TokenAnswer = { readonly token: Token } | { readonly refusal: RegistryAnswer };

const CLIENT_ID = 'nx-oci';

// Tokens have a few kilobytes; go-containerregistry has the same limit.
const MAX_TOKEN_BODY_BYTES = 65_536;

// The default and minimum of `expires_in` in the specification.
const LEAST_LIFETIME_S = 60;

/**
 * Exchanges a credential for a token: `GET` with Basic, or OAuth2's `POST` for an identity token.
 *
 * @throws FailedAttempt if the answer is not a token.
 * @see https://github.com/distribution/distribution/blob/v3.0.0/docs/content/spec/auth/token.md
 * @see https://github.com/distribution/distribution/blob/v3.0.0/docs/content/spec/auth/oauth.md
 */
export async function fetchToken(request: TokenRequest, ask: AskTokenService): Promise<TokenAnswer> {
  const { credential } = request;
  const answer =
    credential?.kind === 'identity-token' ? await exchangeIdentity(request, credential, ask) : await ask(getRequest(request, credential));
  if (answer.status < 200 || answer.status > 299) return { refusal: answer };
  const token = parseToken(await readToken(answer), answer.url);
  knownSecrets().add(token.value);
  return { token };
}

async function readToken({ body, url }: RegistryAnswer): Promise<Buffer> {
  try {
    return await readLimited(body, MAX_TOKEN_BODY_BYTES, `the token of ${url.host}`);
  } catch (error) {
    throw describeConnectionFailure(error, url) ?? error;
  }
}

async function exchangeIdentity(
  request: TokenRequest,
  credential: Extract<Credential, { readonly kind: 'identity-token' }>,
  ask: AskTokenService,
): Promise<RegistryAnswer> {
  const body = new URLSearchParams({
    grant_type: 'refresh_token',
    service: request.service ?? request.realm.host,
    client_id: CLIENT_ID,
    scope: formatScopes(request.scopes).join(' '),
    refresh_token: credential.token,
  }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await ask({ method: 'POST', url: request.realm, headers, body });
  // Token services without OAuth2 support only GET, with the token as the password.
  if (answer.status !== 404 && answer.status !== 405) return answer;
  await dropBody(answer);
  return ask(getRequest(request, { kind: 'basic', username: credential.username ?? '<token>', password: credential.token }));
}

function getRequest(
  { realm, service, scopes }: TokenRequest,
  credential: Extract<Credential, { readonly kind: 'basic' }> | undefined,
): Parameters<AskTokenService>[0] {
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  for (const scope of formatScopes(scopes)) url.searchParams.append('scope', scope);
  // Services write client and account into their logs, and some into the token.
  url.searchParams.set('client_id', CLIENT_ID);
  if (credential !== undefined && credential.username !== '<token>') url.searchParams.set('account', credential.username);
  return { method: 'GET', url, headers: credential === undefined ? {} : { authorization: basicHeader(credential) } };
}

/** The `Authorization` header of HTTP Basic, in UTF-8 (RFC 7617). */
export function basicHeader({ username, password }: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

function parseToken(body: Buffer, url: URL): Token {
  const { token, access_token: accessToken, expires_in: expiresIn } = parseObject(body);
  const value = [token, accessToken].find((one) => typeof one === 'string' && one !== '');
  // Anything else could inject other headers.
  if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) {
    throw new FailedAttempt({
      outcome: { kind: 'broken', phase: 'permanent' },
      code: 'REGISTRY_FAILED',
      happened: `the token service at ${url.host} answered without a token`,
    });
  }
  const seconds = typeof expiresIn === 'number' && Number.isFinite(expiresIn) ? Math.max(expiresIn, LEAST_LIFETIME_S) : LEAST_LIFETIME_S;
  return { value, lifetimeMs: seconds * 1000 };
}

function parseObject(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    // The parser's message would quote the body, which may contain a token.
    return {};
  }
}
