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

export function hasExpression(text: string): boolean {
  return text.includes('${{');
}

/** Whether a context is the address of a repository or an archive. */
export function isAddress(context: string): boolean {
  return /^https?:|^git@/.test(context);
}

/** The lines of an input that is a list, without comments; values with slashes may also stand in one line, with commas. */
export function linesOf(text: string, separator: string | RegExp = /\n|,(?=[^,=]*\/)/): readonly string[] {
  return text
    .split(separator)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}
