import { join, resolve } from 'node:path';

import { type ExecutorContext, type ProjectConfiguration } from '@nx/devkit';
import {
  describeError,
  detectEngine,
  DOCKERFILE_ENGINES,
  type DockerfileEngine,
  type EngineHints,
  escapeControls,
  imageFolder,
  isPruneComplete,
  LAYOUT_PREFIX,
  normalizePruneOptions,
  print,
  printLines,
  pruneLocalImages,
  type PruneOptions,
  type PruneReport,
  renderPrune,
} from '@nx-oci/publish';

import { BUILD_EXECUTOR } from '../../nx/executor-names';
import { readRunPid } from '../../nx-run/run-pid';
import { targetOptions } from '../../nx-run/target-options';
import { interruptible } from '../interruptible';
import { restoreTexts } from '../restore-texts';

/** `nx-oci:prune`: removes the local images that this workspace made. */
export default async function pruneExecutor(written: PruneOptions, context: ExecutorContext): Promise<{ success: boolean }> {
  try {
    const report = await interruptible(({ signal }) => prune(restoreTexts(written, context.taskGraph), context, signal));
    return { success: isPruneComplete(report) };
  } catch (error) {
    print(describeError(error));
    return { success: false };
  }
}

async function prune(written: PruneOptions, context: ExecutorContext, signal: AbortSignal): Promise<PruneReport> {
  const { root: workspaceRoot, projectName = '', projectsConfigurations } = context;
  const { env } = process;
  const { projects } = projectsConfigurations;
  const options = normalizePruneOptions(written, Object.keys(projects), env);
  const builds = findBuilds(projects, workspaceRoot);
  const isBuilt = builds.some(({ project }) => project === projectName);
  const chosen = options.projects ?? (isBuilt ? [projectName] : undefined);
  const ofChosen = builds.filter(({ project }) => chosen?.includes(project) ?? true);
  const report = await pruneLocalImages({
    workspaceRoot,
    env,
    signal,
    options,
    projects: Object.keys(projects),
    ...(chosen && { chosen }),
    engines: await findEngines(ofChosen),
    builders: findBuilders(ofChosen),
    baseOf: findBases(builds, workspaceRoot),
    runPid: readRunPid(),
    nowMs: Date.now(),
  });
  if (options.format === 'json') printLines(escapeControls(JSON.stringify(report, undefined, 2)));
  else print(renderPrune(report));
  return report;
}

interface ImageBuild {
  readonly project: string;
  /** Absolute. */
  readonly projectRoot: string;
  readonly options: EngineHints;
}

function findBuilds(projects: Readonly<Record<string, ProjectConfiguration>>, workspaceRoot: string): readonly ImageBuild[] {
  return Object.entries(projects).flatMap(([project, { root, targets = {} }]) =>
    Object.values(targets)
      .filter(({ executor }) => executor === BUILD_EXECUTOR)
      .map((target) => ({ project, projectRoot: join(workspaceRoot, root), options: targetOptions(target) })),
  );
}

/** The engines in whose stores images of these builds are. */
async function findEngines(builds: readonly ImageBuild[]): Promise<readonly DockerfileEngine[]> {
  const engines = await Promise.all(builds.map(({ projectRoot, options }) => detectEngine(projectRoot, options)));
  return DOCKERFILE_ENGINES.filter((name) => engines.includes(name));
}

/** The builders of buildx that they name. */
function findBuilders(builds: readonly ImageBuild[]): readonly string[] {
  return [...new Set(builds.flatMap(({ options: { builder } }) => (typeof builder === 'string' ? [builder] : [])))];
}

/** Projects whose layout is the base of other images (`base: layout:dist/images/base`), with the projects of those. */
function findBases(builds: readonly ImageBuild[], workspaceRoot: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { project, options } of builds) {
    if (typeof options.base !== 'string' || !options.base.startsWith(LAYOUT_PREFIX)) continue;
    const folder = resolve(workspaceRoot, options.base.slice(LAYOUT_PREFIX.length));
    const base = builds.find((one) => imageFolder(workspaceRoot, one.project) === folder)?.project;
    if (base !== undefined && base !== project) found.set(base, [...(found.get(base) ?? []), project]);
  }
  return found;
}
