import { type Tree } from '@nx/devkit';

import { getProjects, updateProjectConfiguration, writeJson } from '../../../nx/devkit';
import { PLAN_EXECUTOR, REBASE_EXECUTOR } from '../../../nx/executor-names';

/** The targets of a job that renews images every night. */
export interface NightlyTargets {
  readonly plan: NightlyTarget;
  readonly rebase: NightlyTarget;
}

export interface NightlyTarget {
  readonly project: string;
  readonly target: string;
  readonly executor: string;
  /** Whether the workspace lacks it. */
  readonly isNew: boolean;
}

const NEW_PROJECT = 'images';
const NEW_FOLDER = 'tools/images';

/** Finds the targets of the workspace that plan and rebase its images; those that it lacks go to one project. */
export function findNightlyTargets(tree: Tree): NightlyTargets {
  const all = [...getProjects(tree)].flatMap(([project, { targets = {} }]) =>
    Object.entries(targets).map(([target, { executor }]) => ({ project, target, executor })),
  );
  const find = (wanted: string) => all.find(({ executor }) => executor === wanted);
  const [plan, rebase] = [find(PLAN_EXECUTOR), find(REBASE_EXECUTOR)];
  const project = plan?.project ?? rebase?.project ?? NEW_PROJECT;
  const settle = (found: typeof plan, target: string, executor: string): NightlyTarget =>
    found === undefined ? { project, target, executor, isNew: true } : { ...found, executor, isNew: false };
  return { plan: settle(plan, 'plan', PLAN_EXECUTOR), rebase: settle(rebase, 'rebase', REBASE_EXECUTOR) };
}

/** Adds the targets that the workspace lacks. */
export function addNightlyTargets(tree: Tree, { plan, rebase }: NightlyTargets): void {
  const added = [plan, rebase].filter(({ isNew }) => isNew);
  const [first] = added;
  if (first === undefined) return;
  const targets = Object.fromEntries(added.map(({ target, executor }) => [target, { executor }]));
  const found = getProjects(tree).get(first.project);
  if (found === undefined) writeJson(tree, `${NEW_FOLDER}/project.json`, { name: first.project, targets });
  else updateProjectConfiguration(tree, first.project, { ...found, targets: { ...found.targets, ...targets } });
}

/** `images:plan`, for the user. */
export function nameOfTarget({ project, target }: NightlyTarget): string {
  return `${project}:${target}`;
}
