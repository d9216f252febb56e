import { renderTable } from '@nx-oci/publish';

import { indent } from '../../insert-lines';
import { GITHUB_TOKEN } from '../pipeline/known-variables';
import { type Pipeline } from '../pipeline/pipeline';

/** What has to be made at GitHub before the workflow can publish, for the terminal. */
export function adviseGitHub({ variables, goesToGhcr }: Pipeline): readonly string[] {
  const own = variables.filter(({ name }) => name !== GITHUB_TOKEN);
  const rows = own.map(({ name, isSecret, isOptional, uses }) => [
    isSecret ? 'secret' : 'variable',
    name,
    `${uses.join(', ')}${isOptional ? ' (has a default)' : ''}`,
  ]);
  const needed =
    rows.length === 0
      ? ['No secret has to be made at GitHub.']
      : ['Make these at GitHub, under Settings > Secrets and variables > Actions:', indent(renderTable(rows), 2)];
  return goesToGhcr ? [...needed, `${GITHUB_TOKEN} is there in every run; \`permissions\` lets it write packages.`] : needed;
}
