import { removeUngranted } from './granted-scopes';
import { coversScopes, type Scope } from '../host/scope';

/** A token and its lifetime. */
export interface Token {
  readonly value: string;
  readonly lifetimeMs: number;
}

interface Entry {
  readonly owner: string;
  scopes: readonly Scope[];
  readonly token: Promise<Token>;
  /** On the cache's clock; infinite while the token is being fetched. */
  expiresAtMs: number;
}

/** The tokens of one registry host for one run. */
export interface TokenCache {
  /**
   * A token that covers `scopes`: a cached one or one that is being fetched, else a new one.
   *
   * @param owner distinguishes accounts.
   * @param asked the scopes that `obtain` requests: at least `scopes`, the default.
   */
  get(owner: string, scopes: readonly Scope[], obtain: () => Promise<Token>, asked?: readonly Scope[]): Promise<string>;
  /** Forgets a token that the registry refused. */
  forget(value: string): void;
}

// A token is renewed before it expires: the request that carries it takes time, too.
const USABLE_PART = 0.9;

/** @param nowMs a monotonic clock. */
export function createTokenCache(nowMs: () => number): TokenCache {
  const entries = new Set<Entry>();
  const values = new WeakMap<Entry, string>();

  const find = (owner: string, scopes: readonly Scope[]): Entry | undefined => {
    for (const entry of entries) {
      if (entry.expiresAtMs <= nowMs()) entries.delete(entry);
      else if (entry.owner === owner && coversScopes(entry.scopes, scopes)) return entry;
    }
    return undefined;
  };

  const add = (owner: string, scopes: readonly Scope[], obtain: () => Promise<Token>): Entry => {
    const askedAtMs = nowMs();
    const entry: Entry = { owner, scopes, token: obtain(), expiresAtMs: Number.POSITIVE_INFINITY };
    entries.add(entry);
    entry.token.then(
      ({ value, lifetimeMs }) => {
        values.set(entry, value);
        entry.scopes = removeUngranted(value, scopes);
        entry.expiresAtMs = askedAtMs + lifetimeMs * USABLE_PART;
      },
      // Waiting callers get the error; later callers try again.
      () => entries.delete(entry),
    );
    return entry;
  };

  return {
    get: async (owner, scopes, obtain, asked = scopes) => (await (find(owner, scopes) ?? add(owner, asked, obtain)).token).value,
    forget(value) {
      for (const entry of entries) if (values.get(entry) === value) entries.delete(entry);
    },
  };
}
