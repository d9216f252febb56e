import { createRequire } from 'node:module';
import { join } from 'node:path';

import { type TargetConfiguration, type TaskGraph } from '@nx/devkit';
import { runToolOrFail } from '@nx-oci/publish';

import { BUILD_EXECUTOR } from '../nx/executor-names';

/** A task that builds an image. */
export interface BuildTask {
  readonly project: string;
  readonly target: string;
}

/** A project, with what determines the builds that its image needs. */
export interface BuiltProject {
  readonly project: string;
  readonly targets: Readonly<Record<string, TargetConfiguration>>;
  /** The target whose dependencies on builds of the same project count. */
  readonly publishTarget: TargetConfiguration;
}

/**
 * The builds of a project's image that are not part of the run. Pure.
 *
 * `nx release --projects=…` and `--groups=…` do not run the dependencies of release tasks, and the existing image may be older
 * than the released version: then we must build it.
 */
export function findMissingBuilds(
  { project, targets, publishTarget }: BuiltProject,
  taskGraph: TaskGraph | undefined,
): readonly BuildTask[] {
  if (taskGraph === undefined) return [];
  const planned = Object.values(taskGraph.tasks).map(({ target }) => `${target.project}:${target.target}`);
  return (publishTarget.dependsOn ?? [])
    .map((dependency) => (typeof dependency === 'string' ? dependency : dependency.target))
    .filter((target) => targets[target]?.executor === BUILD_EXECUTOR && !planned.includes(`${project}:${target}`))
    .map((target) => ({ project, target }));
}

export interface BuildContext {
  readonly workspaceRoot: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  readonly print: (text: string) => void;
}

/** Builds images in a separate run of Nx, with all their dependencies. */
export async function buildImages(tasks: readonly BuildTask[], { workspaceRoot, env, signal, print }: BuildContext): Promise<void> {
  if (tasks.length === 0) return;
  const targets = [...new Set(tasks.map(({ target }) => target))];
  const projects = [...new Set(tasks.map(({ project }) => project))];
  print(`Building ${projects.join(', ')}: this release does not run the tasks that publish depends on.`);
  const nx = createRequire(join(workspaceRoot, 'package.json')).resolve('nx/bin/nx.js');
  const args = [nx, 'run-many', `--targets=${targets.join(',')}`, `--projects=${projects.join(',')}`, '--outputStyle=static'];
  await runToolOrFail(
    { program: process.execPath, args, env, cwd: workspaceRoot, onLine: print, ...(signal !== undefined && { signal }) },
    {
      purpose: `build ${projects.join(', ')}`,
      install: 'Install Node.',
      hint: `Run it by hand to see all output: nx run-many -t ${targets.join(',')} -p ${projects.join(',')}`,
    },
  );
}
