import { checkNameValues, checkNameVariables, type NameVariables } from '../../configuration/values/name-variables';
import { complainUnset, listVariables, replaceVariables, type Environment } from '../../configuration/values/variables';

/** Notes what is wrong, as `what → the fix`; all of it is told at once. */
export type Complain = (line: string) => void;

export interface ReplaceContext {
  /** The option that the texts stand under. */
  readonly name: string;
  readonly env: Environment;
  readonly variables: NameVariables;
  readonly complain: Complain;
}

/** Replaces the variables of texts that stand under one name; what is unset becomes a problem, and the text is left out. */
export function replaceTexts(texts: readonly string[], { name, env, complain, variables }: ReplaceContext): readonly string[] {
  return texts.flatMap((written) => {
    const { text, unset } = replaceVariables(written, env);
    const used = listVariables(written);
    const secret = checkNameVariables(used, false, variables) ?? checkNameValues(used, env);
    if (unset.length === 0 && secret === undefined) return [text];
    const { what, fix } = secret ?? complainUnset(unset);
    complain(`\`${name}\`: ${what} → ${fix}`);
    return [];
  });
}
