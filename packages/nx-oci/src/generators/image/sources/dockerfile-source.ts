import { posix } from 'node:path';

import { type ProjectConfiguration, type Tree } from '@nx/devkit';
import { type ContextSource, type DockerfileEngine, readDockerfile } from '@nx-oci/publish';

import { declaredOutputs } from '../../../dockerfile-context/declared-outputs';
import { nameFolder } from '../../../dockerfile-context/choose-context';
import { filesOnDisk } from '../../../dockerfile-context/files-on-disk';
import { findMissingSources } from '../../../dockerfile-context/find-missing-sources';
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
  const text = tree.read(dockerfile, 'utf8') ?? '';
  const options = { ...(stage !== undefined && { stage }), ...(buildArgs !== undefined && { buildArgs: withOpen(buildArgs) }) };
  const files = tracked ?? (await readTrackedFiles(tree.root).catch(() => undefined)) ?? filesOnDisk(tree.root);
  const answer = resolveDockerfile({
    text,
    projectRoot: project.root,
    setting: plugin.dockerfileContext,
    ...(context !== undefined && { writtenContext: context }),
    options,
    isPackage: tree.exists(posix.join(project.root, 'package.json')),
    targets: project.targets ?? {},
    outputs,
    tracked: files,
  });
  const { build, prune } = project.targets ?? {};
  const outputsBefore = declaredOutputs({ ...(build && { build }), ...(prune && { prune }) }, { root: project.root, name });
  const { folder } = answer.context;
  const missing = findMissingSources(readDockerfile(text, options).sources, { folder, tracked: files, outputs, outputsBefore });
  const warnings = missing.map((source) => describeMissing(source, { dockerfile, folder, written: outputsBefore[0] ?? '' }));
  return { engine, dockerfile, ...answer, warnings, ...(stage !== undefined && { stage }), ...(buildArgs !== undefined && { buildArgs }) };
}

/** Why a build would fail, or make an image without its program. */
function describeMissing({ path, line }: ContextSource, at: { dockerfile: string; folder: string; written: string }): string {
  const source = `${at.dockerfile} copies \`${path}\` (line ${line}) from ${nameFolder(at.folder)}`;
  return `Warning: ${source}, where neither git nor a target has it; the build writes ${at.written}. → Copy ${at.written} instead, or have the build write ${posix.join(at.folder, path)}.`;
}

function withOpen(buildArgs: Readonly<Record<string, string | null>>): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(buildArgs).map(([name, value]) => [name, value ?? undefined]));
}
