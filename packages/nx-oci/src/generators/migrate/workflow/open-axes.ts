import { posix } from 'node:path';

import { replaceConstants } from '../expressions/evaluate-expression';
import { type ResolvedProjects } from '../../resolved-projects';
import { type JobRun, type ReadText } from './job-runs';

export type KnownProjects = ResolvedProjects;

/**
 * A matrix that a job before computes lists what is affected: projects. So a run becomes one for each project whose Dockerfile it
 * would build; where all share a Dockerfile, one for each application.
 */
export function fillOpenAxes(
  run: JobRun,
  readText: ReadText,
  projects: KnownProjects,
): readonly (JobRun & { readonly project?: string })[] {
  const axis = findAxis(run);
  if (axis === undefined) return [run];
  const filled = Object.entries(projects).flatMap(([project, { projectType }]) => {
    const constants = { ...run.constants, [axis]: project };
    const inputs = run.steps.filter(({ uses }) => uses.endsWith('/build-push-action')).map((step) => step.with);
    const isBuilt = inputs.some(({ file, context = '.' }) => {
      const written = file ?? posix.join(context, 'Dockerfile');
      const path = posix.normalize(replaceConstants(written, constants));
      const isShared = path === posix.normalize(replaceConstants(written, run.constants));
      return readText(path) !== undefined && (!isShared || projectType === 'application');
    });
    return isBuilt ? [{ ...run, constants, project }] : [];
  });
  return filled.length === 0 ? [run] : filled;
}

/** The one open axis whose values are used as they are, as a name. */
function findAxis({ open, steps, constants }: JobRun): string | undefined {
  if (open.length === 0) return undefined;
  const texts = [...steps.flatMap(({ with: inputs }) => Object.values(inputs)), ...Object.values(constants)].join('\n');
  const used = new Set([...texts.matchAll(/\bmatrix\.[\w-]+(?:\.[\w-]+)*/g)].map(([path]) => path));
  const unknown = [...used].filter((path) => constants[path] === undefined);
  const [axis] = unknown;
  const isOpen = open.includes('*') || open.some((name) => axis === `matrix.${name}`);
  return unknown.length === 1 && isOpen ? axis : undefined;
}
