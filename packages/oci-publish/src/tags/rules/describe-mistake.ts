import { nearestName } from '@nx-oci/model';

import { describeIssue, nameAt, problemIn } from '../../text/describe-issue';
import { suggestName, type Diagnostic } from '../../text/problem';
import { describeNumber, IN_QUOTES } from '../../text/written-text';
import { type RuleProblem } from '../grammar/rule-problem';
import { KIND_NAMES, RULE_KINDS, type KindName } from '../kinds/rule-kinds';
import { ruleMap } from './tag-rule-schema';

/** What is wrong with a rule that is written as a map: an issue that the schema of its kind has found. */
export function describeMistake(kind: KindName, issue: Parameters<typeof describeIssue>[0]): readonly RuleProblem[] {
  const path = issue.path as RuleProblem['path'];
  const option = String(path[0]);
  if (issue.code === 'unrecognized_keys') {
    const known = issue.message.split(' ');
    return issue.keys.map((key) => ({ path: [...path, key], isKey: true, ...describeUnknown(kind, path, key, known) }));
  }
  const problem = problemIn(issue);
  const isOwn = option === kind;
  const name = isOwn ? `\`${option}\`` : `\`${option}\` of \`${kind}\``;
  if (problem !== undefined) {
    const what = isOwn || problem.isWhole === true ? problem.what : `${name}: ${problem.what}`;
    return [{ ...problem, path, what }];
  }
  if (issue.input === undefined) {
    const { example = '' }: { readonly example?: string } = RULE_KINDS[kind];
    return [{ path: [], what: `\`${kind}\` needs \`${option}\``, fix: `write ${example}` }];
  }
  // The number that was read may not be the one that was written.
  if (typeof issue.input === 'number' && issue.code === 'invalid_type' && issue.expected === 'string') {
    return [{ path, what: `${isOwn ? '' : `${name}: `}${describeNumber(issue.input)}`, fix: IN_QUOTES }];
  }
  return [{ path, ...describeIssue(issue, path.length === 1 ? name : `${name}: ${nameAt(path)}`) }];
}

function describeUnknown(kind: KindName, [option]: RuleProblem['path'], key: string, known: readonly string[]): Diagnostic {
  if (option !== undefined) {
    return { what: `\`${option}\` of \`${kind}\`: unknown key \`${key}\``, fix: suggestName(nearestName(key, known), known) };
  }
  const owners = KIND_NAMES.filter((other) => key in ruleMap(other).shape).map((owner) => `\`${owner}\``);
  const options = known.filter((name) => name !== 'rule' && name !== kind);
  const fix = owners.length > 0 ? `it belongs to ${owners.join(', ')}` : suggestName(nearestName(key, options), options);
  return { what: `\`${key}\` is not an option of \`${kind}\``, fix };
}
