import { type ValueProblem } from '../../text/describe-issue';
import { type YamlPath } from '../../text/problem';

/** A mistake in a list of tag rules, and its fix. */
export interface RuleProblem extends ValueProblem {
  /** Position in the list, then the option, down to the wrong value. */
  readonly path: YamlPath;
}

/** The text of a mistake with a caret under it, indented below the diagnostic; empty if there is no position. */
export function showCaret({ at }: Pick<ValueProblem, 'at'>): string {
  if (at === undefined) return '';
  return `\n      ${at.text}\n      ${' '.repeat(at.column)}^`;
}

/** A mistake as a sentence with its fix, and with a caret if that helps. */
export function describeRuleProblem(problem: RuleProblem): string {
  return `${problem.what}: ${problem.fix}${showCaret(problem)}`;
}
