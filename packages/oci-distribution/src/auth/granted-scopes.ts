import { type Scope } from '../host/scope';

/**
 * The part of `asked` that a token is good for, as far as it says: services grant less than they were asked for without a
 * word. A whole repository is there or not; of the actions the registry itself is asked.
 *
 * A token is not ours to check: what it says saves requests, and the registry has the last word. All of `asked` where a
 * token does not tell: it is no JSON Web Token, or names none of the repositories, which it may know by other names.
 *
 * @see https://github.com/distribution/distribution/blob/v3.0.0/docs/content/spec/auth/jwt.md
 */
export function leaveOutUngranted(token: string, asked: readonly Scope[]): readonly Scope[] {
  const named = new Set(readNames(token));
  const granted = asked.filter(({ repository }) => named.has(repository));
  return granted.length === 0 ? asked : granted;
}

function readNames(token: string): readonly unknown[] {
  const [, payload = '', signature] = token.split('.');
  if (signature === undefined) return [];
  try {
    const { access } = (JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) ?? {}) as { readonly access?: unknown };
    return Array.isArray(access) ? access.map((claim: unknown) => (claim as { readonly name?: unknown } | null)?.name) : [];
  } catch {
    // Some other kind of token with two points in it.
    return [];
  }
}
