import { nearestName } from '@nx-oci/model';

import { suggestName } from '../../text/problem';
import { EVENTS } from '../../ci/facts/ci-facts';
import { describePatternProblem } from './bounded-regex';
import { type ValueProblem } from './rule-problem';
import { regexIn } from './when';

const KINDS = ['branch', 'tag', 'event'] as const;

/** All that is wrong with the value of `when`. */
export function checkWhen(value: unknown): readonly ValueProblem[] {
  const entries = Object.entries(value ?? {});
  if (entries.length === 0) return [{ what: 'it is empty', fix: `give ${KINDS.join(', ')}, or leave it out` }];
  return entries.flatMap(([kind, patterns]) => {
    if (!isKind(kind))
      return [{ path: [kind], isKey: true, what: `unknown key \`${kind}\``, fix: suggestName(nearestName(kind, KINDS), KINDS) }];
    return checkPatterns(kind, patterns);
  });
}

function checkPatterns(kind: (typeof KINDS)[number], written: unknown): readonly ValueProblem[] {
  const patterns: readonly unknown[] = Array.isArray(written) ? written : [written];
  if (patterns.length === 0) return [{ path: [kind], what: `\`${kind}\` is empty`, fix: 'name at least one' }];
  return patterns.flatMap((pattern, index) => {
    const path = Array.isArray(written) ? [kind, index] : [kind];
    const problem = kind === 'event' ? checkEvent(pattern) : checkPattern(pattern);
    return problem === undefined ? [] : [{ path, ...problem }];
  });
}

function checkEvent(word: unknown): Omit<ValueProblem, 'path'> | undefined {
  const name = typeof word === 'string' ? word.replace(/^!/, '') : '';
  if ((EVENTS as readonly string[]).includes(name)) return undefined;
  return { what: `\`${String(word)}\` is not an event`, fix: suggestName(nearestName(name, EVENTS), EVENTS) };
}

function checkPattern(pattern: unknown): Omit<ValueProblem, 'path'> | undefined {
  if (typeof pattern !== 'string' || pattern === '' || pattern === '!') {
    return { what: `\`${String(pattern)}\` is not a pattern`, fix: 'write a glob like release/*, or a regular expression between slashes' };
  }
  const why = describePatternProblem(regexIn(pattern) ?? '');
  return why === undefined ? undefined : { what: `\`${pattern}\` is not a valid regular expression`, fix: why };
}

function isKind(kind: string): kind is (typeof KINDS)[number] {
  return (KINDS as readonly string[]).includes(kind);
}
