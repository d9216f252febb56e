/** An action on a repository. */
export type Action = 'pull' | 'push' | 'delete';

/** A permission that a token is requested for. */
export interface Scope {
  readonly repository: string;
  readonly actions: readonly Action[];
}

const ACTION_ORDER: readonly Action[] = ['pull', 'push', 'delete'];

/**
 * `repository:NAME:pull,push`, one text per repository, sorted, so that equal permissions give equal texts.
 *
 * @see https://github.com/distribution/distribution/blob/v3.0.0/docs/content/spec/auth/scope.md
 */
export function formatScopes(scopes: readonly Scope[]): readonly string[] {
  return mergeScopes(scopes).map(({ repository, actions }) => `repository:${repository}:${actions.join(',')}`);
}

/** The same permissions with each repository once, in a fixed order. */
export function mergeScopes(scopes: readonly Scope[]): readonly Scope[] {
  const repositories = [...new Set(scopes.map(({ repository }) => repository))].sort();
  return repositories.map((repository) => {
    const wanted = new Set(scopes.filter((scope) => scope.repository === repository).flatMap(({ actions }) => actions));
    return { repository, actions: ACTION_ORDER.filter((action) => wanted.has(action)) };
  });
}

/** Whether `granted` includes all of `wanted`. */
export function coversScopes(granted: readonly Scope[], wanted: readonly Scope[]): boolean {
  return wanted.every(({ repository, actions }) =>
    actions.every((action) => granted.some((scope) => scope.repository === repository && scope.actions.includes(action))),
  );
}
