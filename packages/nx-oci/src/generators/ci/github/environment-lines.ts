import { GITHUB_TOKEN } from '../pipeline/known-variables';
import { type NeededVariable } from '../pipeline/needed-variables';

/** Where a step gets a variable from. A secret is hidden in logs; what is none may be read there, which helps. */
export function expressionFor({ name, isSecret }: NeededVariable): string {
  return `\${{ ${isSecret || name === GITHUB_TOKEN ? 'secrets' : 'vars'}.${name} }}`;
}

/** Lines of an `env` in block style. */
export function environmentLines(variables: readonly NeededVariable[]): readonly string[] {
  return variables.map((variable) => `${variable.name}: ${expressionFor(variable)}`);
}
