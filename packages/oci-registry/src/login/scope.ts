import { isRepositoryName } from '@nx-oci/model';

import type { RegistryRequest } from '../http/registry-request';
import type { Route } from '../http/route';

export type Action = 'pull' | 'push' | 'delete';

/** The access of a token to one resource, in the format of Docker's tokens. */
export interface Access {
  readonly type: 'repository' | 'registry';
  readonly name: string;
  readonly actions: readonly string[];
}

/** The access that a request needs. @see https://distribution.github.io/distribution/spec/auth/scope/ */
export function accessNeededFor({ method, query }: RegistryRequest, { noun, repository }: Route): readonly Access[] {
  if (noun === 'catalog') return [{ type: 'registry', name: 'catalog', actions: ['*'] }];
  if (repository === '') return [];
  const needed: Access = { type: 'repository', name: repository, actions: [actionOf(method, noun)] };
  const from = query.get('mount') === null ? null : query.get('from');
  const isSibling = from !== null && from !== repository && isRepositoryName(from);
  return isSibling ? [needed, { type: 'repository', name: from, actions: ['pull'] }] : [needed];
}

// Cancelling or querying an upload needs `push`; deleting content needs `delete`.
function actionOf(method: string, noun: Route['noun']): Action {
  if (noun === 'upload' || noun === 'uploads') return 'push';
  if (method === 'GET' || method === 'HEAD') return 'pull';
  return method === 'DELETE' ? 'delete' : 'push';
}

/** Whether everything needed was granted. */
export function isGranted(granted: readonly Access[], needed: readonly Access[]): boolean {
  return needed.every(({ type, name, actions }) =>
    actions.every((action) => granted.some((one) => one.type === type && one.name === name && one.actions.includes(action))),
  );
}

/** `repository:team/api:pull,push`, for a challenge. Pushing includes reading, so push is requested together with pull. */
export function printScope(access: readonly Access[]): string {
  return access.map(({ type, name, actions }) => `${type}:${name}:${actions.includes('push') ? 'pull,push' : actions.join(',')}`).join(' ');
}

/** Reads the `scope` parameters of a token request: several parameters, or several scopes in one. Unknown forms are ignored. */
export function parseScopes(parameters: readonly string[]): readonly Access[] {
  return parameters.flatMap((parameter) => parameter.split(' ')).flatMap(parseScope);
}

function parseScope(text: string): readonly Access[] {
  const [, type, name, actions] = /^(repository|registry)(?:\([a-z]+\))?:([^:]+):([a-z*,]+)$/.exec(text) ?? [];
  if (type === undefined || name === undefined || actions === undefined) return [];
  if (type === 'repository' && !isRepositoryName(name)) return [];
  return [{ type: type as Access['type'], name, actions: actions.split(',') }];
}
