import { type ValueProblem } from '../../text/describe-issue';
import { type YamlPath } from '../../text/problem';

/** A mistake in a list of tag rules, and its remedy. */
export interface RuleProblem extends ValueProblem {
  /** Position in the list, then the option, down to the value that is wrong. */
  readonly path: YamlPath;
}

/** The text of a mistake with a caret under it, indented below the diagnostic; nothing if there is no place to show. */
export function showCaret({ at }: Pick<ValueProblem, 'at'>): string {
  if (at === undefined) return '';
  return `\n      ${at.text}\n      ${' '.repeat(at.column)}^`;
}

/** A mistake as a sentence that holds the fix, with a caret where that helps. */
export function describeRuleProblem(problem: RuleProblem): string {
  return `${problem.what}: ${problem.fix}${showCaret(problem)}`;
}
