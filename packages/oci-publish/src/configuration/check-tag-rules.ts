import { readTagRules } from '../tags/rules/read-tag-rules';
import { showCaret } from '../tags/grammar/rule-problem';
import { DEFAULT_VERSION_PREFIX } from '../tags/rules/tag-rule';
import { type Finding, type YamlPath } from '../text/problem';
import { keysAt, textsUnder, valueAt } from './values/value-at';
import { hasVariables } from './values/variables';

/** All that is wrong with the lists of tag rules: of `publish`, and of each registry. Those that hold variables are read later. */
export function checkTagRules(data: unknown): readonly Finding[] {
  const lists: readonly YamlPath[] = [
    ['publish', 'tags'],
    ...keysAt(data, ['registries']).map((name): YamlPath => ['registries', name, 'tags']),
  ];
  return lists.flatMap((list) => checkList(data, list));
}

function checkList(data: unknown, list: YamlPath): readonly Finding[] {
  const written = valueAt(data, list);
  if (!Array.isArray(written)) return [];
  const isReadable = (index: number): boolean => {
    const type = typeof written[index];
    return (type === 'string' || type === 'object') && !textsUnder(data, [...list, index]).some(({ text }) => hasVariables(text));
  };
  const { problems } = readTagRules(written as readonly unknown[], DEFAULT_VERSION_PREFIX);
  return problems
    .filter(({ path: [index] }) => typeof index !== 'number' || isReadable(index))
    .map((problem) => ({
      path: [...list, ...problem.path],
      part: problem.isKey === true ? 'key' : 'value',
      what: problem.what,
      fix: problem.fix + showCaret(problem),
    }));
}
