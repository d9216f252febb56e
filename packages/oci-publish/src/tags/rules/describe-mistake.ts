import { nearestName } from '@nx-oci/model';

import { describeIssue, nameAt, problemIn } from '../../text/describe-issue';
import { suggestName, type Diagnostic } from '../../text/problem';
import { describeNumber, IN_QUOTES } from '../../text/written-text';
import { type RuleProblem } from '../grammar/rule-problem';
import { whenSchema } from '../grammar/when-schema';
import { KIND_NAMES, RULE_KINDS, type KindName } from '../kinds/rule-kinds';
import { ruleMap } from './tag-rule-schema';

/** What is wrong with a rule that is written as a map: an issue that the schema of its kind has found. */
export function describeMistake(kind: KindName, issue: Parameters<typeof describeIssue>[0]): readonly RuleProblem[] {
  const path = issue.path as RuleProblem['path'];
  const option = String(path[0]);
  if (issue.code === 'unrecognized_keys') {
    const describe = path.length === 0 ? describeUnknownOption : describeUnknownKey;
    return issue.keys.map((key) => ({ path: [...path, key], isKey: true, ...describe(kind, key) }));
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

function describeUnknownOption(kind: KindName, name: string): Diagnostic {
  const owners = KIND_NAMES.filter((other) => name in ruleMap(other).shape);
  const options = Object.keys(ruleMap(kind).shape).filter((option) => option !== 'rule' && option !== kind);
  const fix =
    owners.length > 0
      ? `it belongs to ${owners.map((owner) => `\`${owner}\``).join(', ')}`
      : suggestName(nearestName(name, options), options);
  return { what: `\`${name}\` is not an option of \`${kind}\``, fix };
}

function describeUnknownKey(kind: KindName, key: string): Diagnostic {
  const known = Object.keys(whenSchema.shape);
  return { what: `\`when\` of \`${kind}\`: unknown key \`${key}\``, fix: suggestName(nearestName(key, known), known) };
}
