/** What may be done with a repository. */
export type Action = 'pull' | 'push' | 'delete';

/** A right that a token is asked for. */
export interface Scope {
  readonly repository: string;
  readonly actions: readonly Action[];
}

const ACTION_ORDER: readonly Action[] = ['pull', 'push', 'delete'];

/**
 * `repository:NAME:pull,push`, one word per repository, sorted: equal rights make equal words.
 *
 * @see https://github.com/distribution/distribution/blob/v3.0.0/docs/content/spec/auth/scope.md
 */
export function formatScopes(scopes: readonly Scope[]): readonly string[] {
  return mergeScopes(scopes).map(({ repository, actions }) => `repository:${repository}:${actions.join(',')}`);
}

/** The same rights with each repository named once, in a fixed order. */
export function mergeScopes(scopes: readonly Scope[]): readonly Scope[] {
  const repositories = [...new Set(scopes.map(({ repository }) => repository))].sort();
  return repositories.map((repository) => {
    const wanted = new Set(scopes.filter((scope) => scope.repository === repository).flatMap(({ actions }) => actions));
    return { repository, actions: ACTION_ORDER.filter((action) => wanted.has(action)) };
  });
}

/** Whether whoever holds `granted` may do all that `wanted` says. */
export function coversScopes(granted: readonly Scope[], wanted: readonly Scope[]): boolean {
  return wanted.every(({ repository, actions }) =>
    actions.every((action) => granted.some((scope) => scope.repository === repository && scope.actions.includes(action))),
  );
}
