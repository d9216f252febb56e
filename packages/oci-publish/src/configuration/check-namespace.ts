import { isRepositoryName } from '@nx-oci/model';

import { type CheckedValue } from '../text/problem';
import { showValue } from './values/show-value';

const RULE = 'letters, digits and single . _ - between them, parts joined by /';

/** Why a namespace cannot be part of a repository path. Capitals are allowed, because they are lower-cased. */
export function checkNamespace(namespace: string): CheckedValue | undefined {
  if (namespace === '') return undefined;
  if (/^\/|\/$/.test(namespace)) {
    const fix = `write \`${showValue(trimSlashes(namespace))}\``;
    const fault = 'begins or ends with a slash';
    return { fault, detail: `${fault}: ${showValue(namespace)}`, fix, rule: RULE };
  }
  const wrong = namespace
    .toLowerCase()
    .split('/')
    .find((component) => !isRepositoryName(component));
  if (wrong === undefined) return undefined;
  const fault = 'breaks the grammar of repository names';
  const detail = `${fault}${wrong === '' ? ' (an empty part)' : ` at \`${showValue(wrong)}\``}`;
  return { fault, detail, fix: `use ${RULE}`, rule: RULE };
}

function trimSlashes(text: string): string {
  const parts = text.split('/');
  const first = parts.findIndex((part) => part !== '');
  return first === -1 ? '' : parts.slice(first, parts.findLastIndex((part) => part !== '') + 1).join('/');
}
