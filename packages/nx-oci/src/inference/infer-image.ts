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
  /** Those that its own files name. */
  readonly targets: Targets;
}

export interface Surroundings {
  readonly targetDefaults: NxJsonConfiguration['targetDefaults'];
  readonly options: NormalizedPluginOptions;
  readonly readText: ReadText;
  /** Asked where the text of a Dockerfile leaves its context open. */
  readonly readTracked: () => Promise<TrackedFiles>;
}

/** The targets of a project with a Dockerfile: what its own files say of them is never contradicted. */
export async function inferImage(project: DockerfileProject, around: Surroundings): Promise<Record<string, TargetConfiguration>> {
  const { options, readText } = around;
  const written = findWrittenImage(options.imageTargetName, project.targets, around.targetDefaults);
  const { engine = options.dockerfileEngine } = written;
  // Built from files, beside a Dockerfile that is for something else.
  if (engine === 'native') return nativeTargets(written.options, options, project.root);
  const dockerfile = textIn(written.options, 'dockerfile') ?? project.dockerfile;
  const writtenContext = textIn(written.options, 'context');
  const { context, tasksBefore } = resolveDockerfile({
    text: readText(path.posix.normalize(dockerfile)) ?? '',
    projectRoot: project.root,
    ...(writtenContext !== undefined && { writtenContext }),
    setting: options.dockerfileContext,
    options: readingOptions(written.options),
    targets: project.targets as Readonly<Record<string, { readonly dependsOn?: readonly unknown[] }>>,
    outputs: declaredOutputs(project.targets, project),
    tracked: await around.readTracked(),
  });
  return targetsFor({ engine, dockerfile, context, tasksBefore }, options, { projectRoot: project.root, readText });
}

function textIn(options: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

/** What a project's own files, and the target defaults of nx.json, say of the target that an image is inferred for. */
interface WrittenImage {
  /** As written, perhaps wrong. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The engine that they name, possibly by an option that only one engine has. */
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
