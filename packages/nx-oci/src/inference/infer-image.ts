import path from 'node:path';

import { type NxJsonConfiguration, type TargetConfiguration } from '@nx/devkit';
import { readingOptions, type ReadText } from '@nx-oci/publish';

import { declaredOutputs } from '../dockerfile-context/declared-outputs';
import { resolveDockerfile } from '../dockerfile-context/resolve-dockerfile';
import { type TrackedFiles } from '../dockerfile-context/tracked-files';
import { findWrittenImage } from './find-written-image';
import { type NormalizedPluginOptions } from './plugin-options';
import { nativeTargets, targetsFor } from './targets-for';
import { type Targets } from './written-targets';

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
