/** A mistake in a list of tag rules, and its remedy. */
export interface RuleProblem {
  /** Position in the list, then the option, down to the value that is wrong. */
  readonly path: readonly (string | number)[];
  /** Whether the name at the end of the path is wrong, and not what stands under it. */
  readonly isKey?: true;
  readonly what: string;
  readonly fix: string;
  /** A text with the place of the mistake in it, counted from 0. */
  readonly at?: { readonly text: string; readonly column: number };
}

/** The text of a mistake with a caret under it, indented below the diagnostic; nothing if there is no place to show. */
export function showCaret({ at }: Pick<RuleProblem, 'at'>): string {
  if (at === undefined) return '';
  return `\n      ${at.text}\n      ${' '.repeat(at.column)}^`;
}

/** A mistake as a sentence that holds the fix, with a caret where that helps. */
export function describeRuleProblem(problem: RuleProblem): string {
  return `${problem.what}: ${problem.fix}${showCaret(problem)}`;
}

/** What is wrong with a value: where in it, and how to put it right. */
export type ValueProblem = Omit<RuleProblem, 'path'> & { readonly path?: RuleProblem['path'] };
