import { type Tree } from '@nx/devkit';

import { type Pipeline } from '../pipeline/pipeline';
import { readForeignYaml } from '../pipeline/read-foreign-yaml';
import { addEnvironment } from './add-environment';
import { grantsPackages } from './grants-packages';
import { renderWorkflow } from './render-workflow';

/** Writes the workflow, or adds what the one that is there lacks. @returns what was done, for the terminal */
export function writeWorkflow(tree: Tree, pipeline: Pipeline): readonly string[] {
  const { file, branch, releases } = pipeline;
  const text = tree.read(file, 'utf8');
  if (text === null) {
    tree.write(file, renderWorkflow(pipeline));
    const tags = releases.length === 0 ? '' : `, every image for a tag ${releases.join(' or ')}`;
    return [
      `${file}: wrote a workflow that publishes what a push to ${branch} changed${tags}.`,
      'Start it once by hand (Actions > Publish images > Run workflow): that publishes every image.',
    ];
  }
  const { text: changed, added } = addEnvironment(text, pipeline);
  if (added.length > 0) tree.write(file, changed);
  const done =
    added.length === 0 ? 'publishes already; nothing changed' : `added ${added.join(', ')} to \`env\` of the step that publishes`;
  return [`${file}: ${done}.`, ...adviseGhcr(text, pipeline)];
}

/** Permissions are their owner's to give. */
function adviseGhcr(text: string, { file, goesToGhcr }: Pipeline): readonly string[] {
  return goesToGhcr && !grantsPackages(readForeignYaml(text, file))
    ? [`ghcr.io takes packages only with \`packages: write\` under \`permissions\`: add it to ${file}.`]
    : [];
}
