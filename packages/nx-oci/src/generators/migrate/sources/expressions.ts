const VARIABLES: Readonly<Record<string, string>> = {
  'github.repository': 'GITHUB_REPOSITORY',
  'github.repository_owner': 'GITHUB_REPOSITORY_OWNER',
  'github.actor': 'GITHUB_ACTOR',
  'github.triggering_actor': 'GITHUB_TRIGGERING_ACTOR',
  'github.token': 'GITHUB_TOKEN',
};

/**
 * Replaces `${{ … }}` of GitHub Actions by `${VARIABLES}` that a job has, or can be given: those of the runner, secrets and
 * variables of the repository. Others stay as they are.
 */
export function toVariables(text: string): string {
  return text.replaceAll(/\$\{\{\s*([\w.]+)\s*\}\}/g, (whole, expression: string) => {
    const [, named] = /^(?:secrets|vars|env)\.(\w+)$/.exec(expression) ?? [];
    const variable = VARIABLES[expression] ?? named;
    return variable === undefined ? whole : `\${${variable}}`;
  });
}

// A constant may name others, but one that names itself has no end.
const MAX_DEPTH = 5;

/** Replaces `${{ env.X }}` and `${{ matrix.x }}` whose values are known. */
export function replaceConstants(text: string, constants: Readonly<Record<string, string>>, depth = 0): string {
  const replaced = text.replaceAll(/\$\{\{\s*([\w.-]+)\s*\}\}/g, (whole, expression: string) => constants[expression] ?? whole);
  return replaced === text || depth === MAX_DEPTH ? replaced : replaceConstants(replaced, constants, depth + 1);
}

export function hasExpression(text: string): boolean {
  return text.includes('${{');
}
