import { checkNameValues, checkNameVariables, type NameVariables } from '../../configuration/values/name-variables';
import { describeUnset, listVariables, replaceVariables, type Environment } from '../../configuration/values/variables';

/** Collects a problem, as `what → the fix`; all problems are reported together. */
export type ReportProblem = (line: string) => void;

export interface InterpolateContext {
  /** The option that contains the texts. */
  readonly name: string;
  readonly env: Environment;
  readonly variables: NameVariables;
  readonly reportProblem: ReportProblem;
}

/** Replaces the variables in the texts of one option; an unset variable is a problem, and its text is left out. */
export function interpolate(texts: readonly string[], { name, env, reportProblem, variables }: InterpolateContext): readonly string[] {
  return texts.flatMap((written) => {
    const { text, unset } = replaceVariables(written, env);
    const used = listVariables(written);
    const secret = checkNameVariables(used, false, variables) ?? checkNameValues(used, env);
    if (unset.length === 0 && secret === undefined) return [text];
    const { what, fix } = secret ?? describeUnset(unset);
    reportProblem(`\`${name}\`: ${what} → ${fix}`);
    return [];
  });
}
