import { leaveOutUngranted } from './granted-scopes';
import { coversScopes, type Scope } from '../host/scope';

/** A token, and how long it may be used. */
export interface Token {
  readonly value: string;
  readonly lifetimeMs: number;
}

interface Entry {
  readonly owner: string;
  scopes: readonly Scope[];
  readonly token: Promise<Token>;
  /** On the cache's clock; infinite while the token is on its way. */
  expiresAtMs: number;
}

/** The tokens of one registry host for one run. */
export interface TokenCache {
  /**
   * A token that covers `scopes`: one that is there or on its way, else a new one. Whoever comes while it is on its way
   * waits for the same one.
   *
   * @param owner tells accounts apart.
   * @param asked what `obtain` asks for: at least `scopes`, which is the default.
   */
  get(owner: string, scopes: readonly Scope[], obtain: () => Promise<Token>, asked?: readonly Scope[]): Promise<string>;
  /** Forgets a token that the registry refused. */
  forget(value: string): void;
}

// A token is renewed before it ends: the request that carries it takes time, too.
const USABLE_PART = 0.9;

/** @param nowMs a clock that never goes back. */
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
        entry.scopes = leaveOutUngranted(value, scopes);
        entry.expiresAtMs = askedAtMs + lifetimeMs * USABLE_PART;
      },
      // Whoever waits for it gets the error; whoever comes later tries anew.
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
