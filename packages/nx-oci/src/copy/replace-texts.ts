import { complainUnset, replaceVariables, type Environment } from '../configuration/variables';

/** Notes what is wrong, as `what → the fix`; all of it is told at once. */
export type Complain = (line: string) => void;

/** Replaces the variables of texts that stand under one name; what is unset becomes a problem, and the text is left out. */
export function replaceTexts(
  texts: readonly string[],
  { name, env, complain }: { readonly name: string; readonly env: Environment; readonly complain: Complain },
): readonly string[] {
  return texts.flatMap((written) => {
    const { text, unset } = replaceVariables(written, env);
    if (unset.length === 0) return [text];
    const { what, fix } = complainUnset(unset);
    complain(`\`${name}\`: ${what} → ${fix}`);
    return [];
  });
}
