import { type Tree } from '@nx/devkit';

import { yaml } from './escape';
import { missingLines } from './missing-lines';
import { nameOfTarget, type NightlyTargets } from './pipeline/nightly-targets';
import { type Pipeline } from './pipeline/pipeline';
import { mainFile } from './render-pipeline';

/** What a new file does, for the terminal. */
export function describeWritten(tree: Tree, pipeline: Pipeline): readonly string[] {
  const { provider, file, branch, isBranchGiven, releases, nightly, isLocalOnly } = pipeline;
  if (nightly !== undefined) return describeNightly(tree, pipeline, nightly);
  const pushed = provider === 'github' || isBranchGiven ? branch : 'the default branch';
  const tags = releases.length === 0 ? '' : `, every image for a tag ${releases.join(' or ')}`;
  const [what, start] =
    provider === 'github'
      ? ['a workflow that', 'Actions > Publish images > Run workflow']
      : ['the job `publish-images`, which', 'Build > Pipelines > New pipeline'];
  return [
    `${file}: wrote ${what} publishes what a push to ${pushed} changed${tags}.`,
    ...describeInclude(tree, pipeline),
    ...(isLocalOnly ? [] : [`Start it once by hand (${start}): that publishes every image.`]),
  ];
}

function describeNightly(tree: Tree, pipeline: Pipeline, { plan, rebase }: NightlyTargets): readonly string[] {
  const { provider, file } = pipeline;
  const added = [plan, rebase].filter(({ isNew }) => isNew);
  const [what, start] =
    provider === 'github'
      ? ['a workflow that', 'Start it once by hand: Actions > Renew images > Run workflow.']
      : ['the job `renew-images`, which', 'Make its schedule: Build > Pipeline schedules > New schedule.'];
  return [
    `${file}: wrote ${what} renews the images whose base moved, every night: ${nameOfTarget(rebase)}, then ${nameOfTarget(plan)}.`,
    ...(added.length === 0 ? [] : [`${added.map(nameOfTarget).join(' and ')}: added.`]),
    ...describeInclude(tree, pipeline),
    start,
  ];
}

/** An existing file belongs to the user: shows what it lacks, and writes nothing. */
export function describeExisting(tree: Tree, wanted: string, pipeline: Pipeline): readonly string[] {
  const { provider, file, packageManager } = pipeline;
  const missing = missingLines(tree.read(file, 'utf8') ?? '', wanted);
  const found = `${file} is there already; nothing was changed.`;
  if (missing.length === 0) return [`${found} It has all that would be written today.`, ...describeInclude(tree, pipeline)];
  const other = provider === 'github' ? '.github/workflows/images.yml' : 'ci/publish.yml';
  const flag = pipeline.nightly === undefined ? '' : ' --nightly';
  return [
    `${found} Of what would be written today it lacks these lines:`,
    '',
    ...missing,
    '',
    `Add the ones you need. For a file of its own: ${packageManager.exec} nx g nx-oci:ci ${provider}${flag} --file=${other}`,
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
