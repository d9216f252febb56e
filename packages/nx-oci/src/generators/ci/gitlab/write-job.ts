import { type Tree } from '@nx/devkit';

import { type Pipeline } from '../pipeline/pipeline';
import { toRepository } from '../pipeline/find-folder';
import { quote } from '../pipeline/quote';
import { addJob } from './add-job';
import { JOB } from './render-job';

/** Adds the job to the pipeline, which may be a new one. @returns what was done, for the terminal */
export function writeJob(tree: Tree, pipeline: Pipeline): readonly string[] {
  const { file, folder, branch, isBranchGiven, releases } = pipeline;
  const mainFile = `${toRepository(folder)}.gitlab-ci.yml`;
  const local = folder === '' ? file : `${folder}/${file}`;
  const text = tree.read(file, 'utf8') ?? '';
  const main = tree.read(mainFile, 'utf8') ?? '';
  const added = addJob(text, pipeline, main);
  if (added === text) return [`${file}: has a job that publishes already; nothing changed.`];
  tree.write(file, added);
  const pushed = isBranchGiven ? branch : 'the default branch';
  const tags = releases.length === 0 ? '' : `, every image for a tag ${releases.join(' or ')}`;
  return [
    `${file}: added the job \`${JOB}\`, which publishes what a push to ${pushed} changed${tags}.`,
    'Start a pipeline once by hand (Build > Pipelines > New pipeline): that publishes every image.',
    ...(file === mainFile || main.includes(local) ? [] : [`Name it in ${mainFile}: \`include: [{ local: ${quote(local)} }]\`.`]),
  ];
}
