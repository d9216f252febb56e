import { type ProjectConfiguration, type Tree } from '@nx/devkit';
import { type DockerfileEngine } from '@nx-oci/publish';

import { declaredOutputs } from '../../../dockerfile-context/declared-outputs';
import { filesOnDisk } from '../../../dockerfile-context/files-on-disk';
import { resolveDockerfile } from '../../../dockerfile-context/resolve-dockerfile';
import { readTrackedFiles, type TrackedFiles } from '../../../dockerfile-context/tracked-files';
import { type NormalizedPluginOptions } from '../../../inference/plugin-options';
import { type DockerfileSource } from '../../../inference/targets-for';
import { type ResolvedProjects } from '../../resolved-projects';

export interface DockerfileProject {
  readonly name: string;
  readonly project: ProjectConfiguration;
  /** From the workspace root. */
  readonly dockerfile: string;
  readonly engine: DockerfileEngine;
  /** The given context, relative to the workspace root. */
  readonly context?: string;
  readonly stage?: string;
  readonly buildArgs?: Readonly<Record<string, string | null>>;
}

/** Facts about the workspace. */
export interface WorkspaceFacts {
  readonly plugin: Pick<NormalizedPluginOptions, 'dockerfileContext'>;
  readonly resolved?: ResolvedProjects | undefined;
  /** Read from git if absent. */
  readonly tracked?: TrackedFiles;
}

/** How a Dockerfile is built, according to its text, the files of the workspace and the targets of its projects. */
export async function dockerfileSource(
  tree: Tree,
  { name, project, dockerfile, engine, context, stage, buildArgs }: DockerfileProject,
  { plugin, resolved = {}, tracked }: WorkspaceFacts,
): Promise<DockerfileSource> {
  const projects = { ...resolved, [name]: project };
  const outputs = Object.entries(projects).flatMap(([other, { root, targets = {} }]) => declaredOutputs(targets, { root, name: other }));
  const answer = resolveDockerfile({
    text: tree.read(dockerfile, 'utf8') ?? '',
    projectRoot: project.root,
    setting: plugin.dockerfileContext,
    ...(context !== undefined && { writtenContext: context }),
    options: { ...(stage !== undefined && { stage }), ...(buildArgs !== undefined && { buildArgs: withOpen(buildArgs) }) },
    targets: project.targets ?? {},
    outputs,
    tracked: tracked ?? (await readTrackedFiles(tree.root).catch(() => undefined)) ?? filesOnDisk(tree.root),
  });
  return { engine, dockerfile, ...answer, ...(stage !== undefined && { stage }), ...(buildArgs !== undefined && { buildArgs }) };
}

function withOpen(buildArgs: Readonly<Record<string, string | null>>): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(buildArgs).map(([name, value]) => [name, value ?? undefined]));
}
