import { isRepositoryName } from '@nx-oci/model';

import { type Complaint } from './problem';

/** Complains about a namespace that cannot be part of a repository path. Capitals are fine: they are lower-cased. */
export function checkNamespace(namespace: string): Complaint | undefined {
  if (namespace === '') return undefined;
  if (/^\/|\/$/.test(namespace)) {
    return { what: `\`namespace\` begins or ends with a slash: ${namespace}`, fix: `write \`${namespace.replace(/^\/+|\/+$/g, '')}\`` };
  }
  const wrong = namespace
    .toLowerCase()
    .split('/')
    .find((component) => !isRepositoryName(component));
  if (wrong === undefined) return undefined;
  return {
    what: `\`namespace\` breaks the grammar of repository names${wrong === '' ? ' (an empty part)' : ` at \`${wrong}\``}`,
    fix: 'use letters, digits and single . _ - between them, parts joined by /',
  };
}
