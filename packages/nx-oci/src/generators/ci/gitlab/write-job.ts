import { type Tree } from '@nx/devkit';

import { type Pipeline } from '../pipeline';
import { addJob } from './add-job';
import { JOB } from './render-job';

const MAIN_FILE = '.gitlab-ci.yml';

/** Adds the job to the pipeline, which may be a new one. @returns what was done, for the terminal */
export function writeJob(tree: Tree, pipeline: Pipeline): readonly string[] {
  const { file, branch, isBranchGiven, releases } = pipeline;
  const text = tree.read(file, 'utf8') ?? '';
  const main = tree.read(MAIN_FILE, 'utf8') ?? '';
  const added = addJob(text, pipeline, main);
  if (added === text) return [`${file}: has a job that publishes already; nothing changed.`];
  tree.write(file, added);
  const pushed = isBranchGiven ? branch : 'the default branch';
  const tags = releases.length === 0 ? '' : `, every image for a tag ${releases.join(' or ')}`;
  return [
    `${file}: added the job \`${JOB}\`, which publishes what a push to ${pushed} changed${tags}.`,
    'Start a pipeline once by hand (Build > Pipelines > New pipeline): that publishes every image.',
    ...(file === MAIN_FILE || main.includes(file) ? [] : [`Name it in ${MAIN_FILE}: \`include: [{ local: ${file} }]\`.`]),
  ];
}
