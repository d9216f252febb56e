import { type Scope } from '../host/scope';

/**
 * The part of `asked` that a token grants, as far as it says: services silently grant less than requested. Only whole
 * repositories are compared; the registry itself decides about actions.
 *
 * We do not verify the token: reading it only saves requests, and the registry has the last word. Returns all of `asked` if
 * the token is not a JSON Web Token, or names none of the repositories, which it may know by other names.
 *
 * @see https://github.com/distribution/distribution/blob/v3.0.0/docs/content/spec/auth/jwt.md
 */
export function removeUngranted(token: string, asked: readonly Scope[]): readonly Scope[] {
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
    // Another kind of token that contains two dots.
    return [];
  }
}
