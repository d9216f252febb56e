import { type Tree } from '@nx/devkit';

import { yaml } from './escape';
import { missingLines } from './missing-lines';
import { type Pipeline } from './pipeline/pipeline';
import { mainFile } from './render-pipeline';

/** What a new file does, for the terminal. */
export function describeWritten(tree: Tree, pipeline: Pipeline): readonly string[] {
  const { provider, file, branch, isBranchGiven, releases } = pipeline;
  const pushed = provider === 'github' || isBranchGiven ? branch : 'the default branch';
  const tags = releases.length === 0 ? '' : `, every image for a tag ${releases.join(' or ')}`;
  const [what, start] =
    provider === 'github'
      ? ['a workflow that', 'Actions > Publish images > Run workflow']
      : ['the job `publish-images`, which', 'Build > Pipelines > New pipeline'];
  return [
    `${file}: wrote ${what} publishes what a push to ${pushed} changed${tags}.`,
    ...describeInclude(tree, pipeline),
    `Start it once by hand (${start}): that publishes every image.`,
  ];
}

/** An existing file belongs to the user: shows what it lacks, and writes nothing. */
export function describeExisting(tree: Tree, wanted: string, pipeline: Pipeline): readonly string[] {
  const { provider, file, packageManager } = pipeline;
  const missing = missingLines(tree.read(file, 'utf8') ?? '', wanted);
  const found = `${file} is there already; nothing was changed.`;
  if (missing.length === 0) return [`${found} It has all that would be written today.`, ...describeInclude(tree, pipeline)];
  const other = provider === 'github' ? '.github/workflows/images.yml' : 'ci/publish.yml';
  return [
    `${found} Of what would be written today it lacks these lines:`,
    '',
    ...missing,
    '',
    `Add the ones you need. For a file of its own: ${packageManager.exec} nx g nx-oci:ci ${provider} --file=${other}`,
    ...describeInclude(tree, pipeline),
  ];
}

/** GitLab reads .gitlab-ci.yml, and the files that it includes. */
function describeInclude(tree: Tree, { provider, file, folder }: Pipeline): readonly string[] {
  const main = mainFile({ folder });
  const local = folder === '' ? file : `${folder}/${file}`;
  if (provider === 'github' || file === main || (tree.read(main, 'utf8') ?? '').includes(local)) return [];
  return [`Name it in ${main}: \`include: [{ local: ${yaml(local)} }]\`.`];
}
