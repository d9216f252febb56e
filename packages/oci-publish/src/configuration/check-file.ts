import { nearestName } from '@nx-oci/model';

import { type ValueProblem } from '../text/describe-issue';
import { showKey, suggestName, type Finding } from '../text/problem';
import { findNameVariables } from './values/name-variables';
import { showValue } from './values/show-value';
import { keysAt, textsAt, valueAt } from './values/value-at';
import { hasVariables } from './values/variables';

/**
 * Names of registries are given in comma lists on the command line and are parts of file names. No check of the schema, which
 * never sees an entry that is called `__proto__`.
 *
 * @param data registries.yaml as plain values, whatever its shape.
 */
export function checkNames(data: unknown): readonly Finding[] {
  return keysAt(data, ['registries'])
    .filter((name) => !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name))
    .map((name) => ({
      path: ['registries', name],
      part: 'key',
      what: `${showKey(name)} is not a valid registry name`,
      fix: 'use letters, digits, . _ and -',
    }));
}

/** What no section of the file can know alone. */
export function checkFile(data: unknown): readonly ValueProblem[] {
  return [...refuseUnknownRegistries(data), ...findNameVariables(data)];
}

const SUGGESTIONS = 20;

function refuseUnknownRegistries(data: unknown): readonly ValueProblem[] {
  const names = keysAt(data, ['registries']);
  const known = new Set(names);
  const mirrors = valueAt(data, ['mirrors']);
  const targets = Array.isArray(mirrors) ? mirrors.flatMap((_, index) => textsAt(data, ['mirrors', index, 'to'])) : [];
  return [...textsAt(data, ['publish', 'registries']), ...targets]
    .filter(({ text }) => !known.has(text) && !hasVariables(text))
    .map(({ path, text }, index) => {
      // Each suggestion compares all names.
      const nearest = index < SUGGESTIONS ? nearestName(text, names) : undefined;
      const fix = names.length === 0 ? 'add it under `registries`' : suggestName(nearest, names);
      return { path, what: `unknown registry \`${showValue(text)}\``, fix };
    });
}
