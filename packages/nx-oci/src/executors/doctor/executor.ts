import { type ExecutorContext } from '@nx/devkit';
import { describeError, loadRegistries, openConnection, print, readTextIn } from '@nx-oci/publish';

import { checkEngine, findEngines } from '../../doctor/check-engines';
import { checkRegistry } from '../../doctor/check-registry';
import { findRepositories } from '../../doctor/find-repositories';
import { type Diagnosis, needsFixing, renderDiagnosis } from '../../doctor/render-diagnosis';
import { staleRisks } from '../../image-inputs/stale-risks';
import { graphOf } from '../../image-inputs/workspace-graph';
import { findPublishTargets } from '../../nx-run/publish-targets';
import { nextStep } from '../../nx-run/next-step';
import { restoreTexts } from '../restore-texts';
import { taskIdOf } from '../task-id';
import { normalizeOptions, type DoctorOptions } from './normalize-options';

/** `nx-oci:doctor`: tries what a publish needs, and says what is wrong. */
export default async function doctorExecutor(options: DoctorOptions, context: ExecutorContext): Promise<{ success: boolean }> {
  try {
    const diagnosis = await examine(options, context);
    print(renderDiagnosis(diagnosis));
    const success = !needsFixing(diagnosis);
    const {
      taskGraph,
      projectsConfigurations: { projects },
    } = context;
    const next = success ? nextStep({ ids: [taskIdOf(context)], taskGraph, projects, env: process.env }) : undefined;
    if (next !== undefined) print(next);
    return { success };
  } catch (error) {
    print(describeError(error));
    return { success: false };
  }
}

async function examine(written: DoctorOptions, context: ExecutorContext): Promise<Diagnosis> {
  const { root, projectName = '', projectsConfigurations, taskGraph } = context;
  const { env } = process;
  const { projects } = projectsConfigurations;
  const { registries: only, isPushTried } = normalizeOptions(restoreTexts(written, taskGraph));
  const registries = await loadRegistries(root, env);
  const found = findRepositories({ projects, project: projectName, registries, env, ...(only && { only }) });
  const examined = found.projects.flatMap((name) => projects[name] ?? []);
  // No retries over minutes: the user wants to see the current state.
  const connection = await openConnection({ entries: found.registries.map(({ entry }) => entry), env, hasRetries: false });
  try {
    const needed = await findEngines(examined, root);
    const [diagnoses, engines] = await Promise.all([
      Promise.all(found.registries.map((places) => checkRegistry(places, { connection, isPushTried }))),
      Promise.all(needed.map((engine) => checkEngine(engine, { env, workspaceRoot: root }))),
    ]);
    return { problems: found.problems, warnings: warningsOf(found.projects, context), registries: diagnoses, engines };
  } finally {
    await connection.close();
  }
}

/** The engines of the images that these projects publish. */
function warningsOf(projects: readonly string[], context: ExecutorContext): readonly string[] {
  const graph = graphOf(context);
  const readText = readTextIn(context.root);
  const targets = findPublishTargets(graph.projects).filter(({ project }) => projects.includes(project));
  return [...new Set(targets.flatMap(({ project, target }) => staleRisks(graph, project, target, readText)))];
}
