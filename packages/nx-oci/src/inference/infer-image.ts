import path from 'node:path';

import { type NxJsonConfiguration, type TargetConfiguration } from '@nx/devkit';
import { readingOptions, type ReadText, ENGINE_NAMES, type EngineName, engineOf } from '@nx-oci/publish';

import { declaredOutputs } from '../dockerfile-context/declared-outputs';
import { resolveDockerfile } from '../dockerfile-context/resolve-dockerfile';
import { type TrackedFiles } from '../dockerfile-context/tracked-files';
import { type NormalizedPluginOptions } from './plugin-options';
import { nativeTargets, targetsFor } from './targets-for';
import { type Targets, defaultsOf } from './written-targets';
import { BUILD_EXECUTOR } from '../nx/executor-names';

/** A project with a Dockerfile. Paths are from the workspace root. */
export interface DockerfileProject {
  readonly root: string;
  readonly name: string;
  readonly dockerfile: string;
  /** Those in its own files. */
  readonly targets: Targets;
}

export interface Surroundings {
  readonly targetDefaults: NxJsonConfiguration['targetDefaults'];
  readonly options: NormalizedPluginOptions;
  readonly readText: ReadText;
  /** Used if the text of a Dockerfile does not show its context. */
  readonly readTracked: () => Promise<TrackedFiles>;
}

/** The targets of a project with a Dockerfile: never contradicts the project's own files. */
export async function inferImage(project: DockerfileProject, around: Surroundings): Promise<Record<string, TargetConfiguration>> {
  const { options, readText } = around;
  const written = findWrittenImage(options.imageTargetName, project.targets, around.targetDefaults);
  const { engine = options.dockerfileEngine } = written;
  // Built from files, while the Dockerfile has another purpose.
  if (engine === 'native') return nativeTargets(written.options, options, project.root);
  const dockerfile = textIn(written.options, 'dockerfile') ?? project.dockerfile;
  const writtenContext = textIn(written.options, 'context');
  const { context, tasksBefore } = resolveDockerfile({
    text: readText(path.posix.normalize(dockerfile)) ?? '',
    projectRoot: project.root,
    ...(writtenContext !== undefined && { writtenContext }),
    setting: options.dockerfileContext,
    options: readingOptions(written.options),
    isPackage: readText(path.posix.join(project.root, 'package.json')) !== undefined,
    targets: project.targets as Readonly<Record<string, { readonly dependsOn?: readonly unknown[] }>>,
    outputs: declaredOutputs(project.targets, project),
    tracked: await around.readTracked(),
  });
  const place = { projectRoot: project.root, readText, written: written.options };
  return targetsFor({ engine, dockerfile, context, tasksBefore }, options, place);
}

function textIn(options: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

/** The settings for the inferred image target in a project's own files and the target defaults of nx.json. */
interface WrittenImage {
  /** As written, not validated. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The engine that they name, or that is the only one with one of their options. */
  readonly engine: EngineName | undefined;
}

/** @param name of the target */
function findWrittenImage(name: string, targets: Targets, targetDefaults: NxJsonConfiguration['targetDefaults']): WrittenImage {
  const target = targets[name] ?? {};
  const defaults = defaultsOf(name, target.executor ?? BUILD_EXECUTOR, targetDefaults);
  const options = { ...(defaults.options as object | undefined), ...(target.options as object | undefined) } as Readonly<
    Record<string, unknown>
  >;
  const engine = ENGINE_NAMES.find((known) => known === options['engine']);
  return { options, engine: engineOf({ ...options, engine }) };
}
