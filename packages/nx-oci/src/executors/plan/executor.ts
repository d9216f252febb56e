import path from 'node:path';

import { type ExecutorContext, type ProjectGraph } from '@nx/devkit';

import { type WorkspacePlan } from '../../affected/image-status';
import { makePlan } from '../../affected/make-plan';
import { planImages, type PublishTarget } from '../../affected/plan-images';
import { type WorkspaceGraph } from '../../affected/watch-files';
import { loadRegistries } from '../../configuration/registries';
import { usableEntries } from '../../configuration/usable-entries';
import { openConnection } from '../../connection/open-connection';
import { readGitFacts } from '../../git/read-git-facts';
import { describeError } from '../../output/describe-error';
import { print } from '../../output/print';
import { renderWorkspacePlan } from '../../output/render-workspace-plan';
import { releasePatternsOf } from '../../release/release-patterns-of';
import { outputPlaces } from '../../report/output-places';
import { writePlan } from '../../report/write-plan';
import { PUBLISH_EXECUTOR } from '../executor-names';
import { normalizeOptions, type NormalizedPlanOptions, type PlanOptions } from './normalize-options';

/** `nx-oci:plan`: which images of the workspace are to be published, and why. */
export default async function planExecutor(written: PlanOptions, context: ExecutorContext): Promise<{ success: boolean }> {
  try {
    const options = normalizeOptions(written);
    const plan = await planWorkspace(options, context);
    await writePlan(plan, path.resolve(context.root, options.outputFile), outputPlaces(process.env));
    print(render(plan, options));
    return { success: plan.images.every(({ outcome }) => outcome !== 'failed') };
  } catch (error) {
    print(describeError(error));
    return { success: false };
  }
}

async function planWorkspace(options: NormalizedPlanOptions, context: ExecutorContext): Promise<WorkspacePlan> {
  const { root: workspaceRoot, projectsConfigurations, nxJsonConfiguration: nxJson } = context;
  const { env } = process;
  const registries = await loadRegistries(workspaceRoot, env);
  const defaultBranch = nxJson.defaultBase?.replace(/^origin\//, '');
  const git = await readGitFacts({ folder: workspaceRoot, env, ...(defaultBranch !== undefined && { defaultBranch }) });
  const connection = await openConnection({ entries: usableEntries(registries), env });
  try {
    const graph = { projects: projectsConfigurations.projects, dependencies: dependenciesIn(context.projectGraph), nxJson };
    const statuses = await planImages(findTargets(graph, options), {
      workspaceRoot,
      env,
      git,
      graph,
      registries,
      connection,
      releasePatternsOf: releasePatternsOf(projectsConfigurations, nxJson),
      nowMs: Date.now(),
    });
    return makePlan(git.commit, statuses);
  } finally {
    await connection.client.close();
  }
}

function findTargets({ projects }: WorkspaceGraph, { release }: NormalizedPlanOptions): readonly PublishTarget[] {
  return Object.entries(projects).flatMap(([project, { root, targets = {} }]) =>
    Object.entries(targets)
      .filter(([, { executor }]) => executor === PUBLISH_EXECUTOR)
      .map(([target, { options }]) => ({
        taskId: `${project}:${target}`,
        project,
        target,
        projectRoot: root,
        options: { ...(options as PublishTarget['options'] | undefined), ...(release !== undefined && { release }) },
      })),
  );
}

function dependenciesIn({ dependencies, nodes }: ProjectGraph): WorkspaceGraph['dependencies'] {
  const isProject = ({ target }: { readonly target: string }): boolean => nodes[target] !== undefined;
  return Object.fromEntries(Object.entries(dependencies).map(([name, list]) => [name, list.filter(isProject).map(({ target }) => target)]));
}

function render(plan: WorkspacePlan, { format }: NormalizedPlanOptions): string {
  if (format === 'json') return JSON.stringify(plan, undefined, 2);
  return format === 'matrix' ? JSON.stringify(plan.matrix) : renderWorkspacePlan(plan);
}
