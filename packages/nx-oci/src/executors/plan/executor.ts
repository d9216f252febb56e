import path from 'node:path';

import { type ExecutorContext } from '@nx/devkit';
import {
  describeError,
  escapeControls,
  hintsFolder,
  loadRegistries,
  openConnection,
  outputFiles,
  print,
  printLines,
  readGitFacts,
  RegistryMemory,
  usableEntries,
} from '@nx-oci/publish';

import { type WorkspacePlan } from '../../affected/plan-schema';
import { makePlan } from '../../affected/make-plan';
import { planImages } from '../../affected/plan-images';
import { graphOf } from '../../image-inputs/workspace-graph';
import { renderWorkspacePlan } from '../../affected/render-workspace-plan';
import { findPublishTargets } from '../../nx-run/publish-targets';
import { releasePatternsOf } from '../../release/release-patterns-of';
import { writePlan } from '../../affected/write-plan';
import { restoreTexts } from '../restore-texts';
import { normalizeOptions, type NormalizedPlanOptions, type PlanOptions } from './normalize-options';

/** `nx-oci:plan`: which images of the workspace need publishing, and why. */
export default async function planExecutor(written: PlanOptions, context: ExecutorContext): Promise<{ success: boolean }> {
  try {
    const options = normalizeOptions(restoreTexts(written, context.taskGraph));
    const plan = await planWorkspace(options, context);
    await writePlan(plan, path.resolve(context.root, options.outputFile), outputFiles(process.env));
    show(plan, options);
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
  const entries = usableEntries(registries);
  const hosts = entries.map(({ host }) => host);
  const memory = await RegistryMemory.open(hosts, { folder: hintsFolder(workspaceRoot, env) });
  const connection = await openConnection({ entries, env, memory });
  try {
    const graph = graphOf(context);
    const { release, onlyMovedBases } = options;
    const targets = findPublishTargets(graph.projects).map((target) =>
      release === undefined ? target : { ...target, options: { ...target.options, release } },
    );
    const statuses = await planImages(targets, {
      workspaceRoot,
      env,
      git,
      graph,
      registries,
      connection,
      releasePatternsOf: releasePatternsOf(projectsConfigurations, nxJson),
      nowMs: Date.now(),
      onlyMovedBases,
    });
    return makePlan(git.commit, statuses, { onlyMovedBases });
  } finally {
    await connection.close();
  }
}

function show(plan: WorkspacePlan, { format }: NormalizedPlanOptions): void {
  if (format === 'table') print(renderWorkspacePlan(plan, process.env));
  else printLines(escapeControls(format === 'json' ? JSON.stringify(plan, undefined, 2) : JSON.stringify(plan.matrix)));
}
