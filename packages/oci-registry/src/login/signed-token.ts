import { createHmac, timingSafeEqual } from 'node:crypto';

import type { Access } from './scope';

/** The claims of a token. Times are seconds since 1970 (RFC 7519). */
export interface Claims {
  readonly sub: string;
  readonly aud: string;
  readonly iat: number;
  readonly exp: number;
  readonly jti: string;
  /** Empty for a refresh token. */
  readonly access: readonly Access[];
  readonly use: 'access' | 'refresh';
}

/**
 * A JSON Web Token, signed with a key of this registry process. Clients may read the claims (jib reads the granted scopes).
 *
 * @see https://distribution.github.io/distribution/spec/auth/jwt/
 */
export function signToken(claims: Claims, key: Buffer): string {
  const content = `${encode({ typ: 'JWT', alg: 'HS256' })}.${encode(claims)}`;
  return `${content}.${sign(content, key).toString('base64url')}`;
}

/** The claims of a token that we signed and that has not expired at `nowSeconds`. */
export function readToken(token: string, key: Buffer, nowSeconds: number): Claims | undefined {
  const [head, body, signature, ...rest] = token.split('.');
  if (head === undefined || body === undefined || signature === undefined || rest.length > 0) return undefined;
  const given = Buffer.from(signature, 'base64url');
  const right = sign(`${head}.${body}`, key);
  if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as Claims;
  return claims.exp > nowSeconds ? claims : undefined;
}

function sign(content: string, key: Buffer): Buffer {
  return createHmac('sha256', key).update(content).digest();
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
