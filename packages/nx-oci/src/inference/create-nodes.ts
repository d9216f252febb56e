import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { createNodesFromFiles, type CreateNodesV2, type NxJsonConfiguration, type TargetConfiguration } from '@nx/devkit';

import { findProjectName } from './find-project-name';
import { findWrittenPublish, type WrittenPublish } from './find-written-publish';
import { isForeign } from './is-foreign';
import { normalizePluginOptions, type NormalizedPluginOptions, type PluginOptions } from './plugin-options';
import { doctorTarget, releaseTarget, targetsFor } from './targets-for';

// eslint-disable-next-line @typescript-eslint/no-deprecated -- Nx 22 knows the type by this name alone; the next name came with 23.
type Inference = CreateNodesV2<PluginOptions>;
type FoundNodes = Awaited<ReturnType<Inference[1]>>[number][1];

/** The files that may make a folder a project with an image. */
export const PROJECT_FILES_GLOB = '**/{Dockerfile,Containerfile,project.json,package.json}';

/**
 * Gives a project with a Dockerfile or Containerfile the targets `image` and `publish`, and any project that publishes an
 * image, however it came to that, those that `nx release publish` runs and that try what it needs.
 *
 * Nx 22 calls `createNodesV2`, Nx 23 and later `createNodes`; both have the same form.
 */
export const createNodesV2: Inference = [
  PROJECT_FILES_GLOB,
  async (files, options, context) => {
    const normalized = normalizePluginOptions(options);
    const wanted = normalized.infer ? files.filter((file) => !isForeign(file)) : [];
    const { workspaceRoot, nxJsonConfiguration: nxJson } = context;
    return createNodesFromFiles((file) => findNodes(file, normalized, { workspaceRoot, nxJson }), wanted, options, context);
  },
];

export const createNodes = createNodesV2;

interface Workspace {
  readonly workspaceRoot: string;
  readonly nxJson: NxJsonConfiguration;
}

// By rank: one image a project, and where both are, the name that every engine knows.
const DOCKERFILES = ['Dockerfile', 'Containerfile'];
const PROJECT_FILES = ['project.json', 'package.json'];

function findNodes(file: string, options: NormalizedPluginOptions, { workspaceRoot, nxJson }: Workspace): FoundNodes {
  const root = path.posix.dirname(file.replaceAll('\\', '/'));
  const folder = path.join(workspaceRoot, root);
  // A folder is looked at once, when its first file is.
  const first = [...DOCKERFILES, ...PROJECT_FILES].find((name) => existsSync(path.join(folder, name)));
  if (first === undefined || path.basename(file) !== first) return {};
  const read = (name: string) => readIfThere(path.join(folder, name));
  const dockerfile = DOCKERFILES.includes(first) ? path.posix.join(root, first) : undefined;
  const targets = findTargets(dockerfile, findWrittenPublish(read, nxJson.targetDefaults), options);
  if (Object.keys(targets).length === 0) return {};
  const name = findProjectName(root, read);
  return name === undefined ? {} : { projects: { [root]: { name, targets } } };
}

function findTargets(
  dockerfile: string | undefined,
  written: WrittenPublish | undefined,
  options: NormalizedPluginOptions,
): Record<string, TargetConfiguration> {
  const inferred =
    dockerfile === undefined ? {} : targetsFor({ engine: options.dockerfileEngine, dockerfile }, options, path.posix.dirname(dockerfile));
  const { publishTargetName, releaseTargetName, doctorTargetName } = options;
  const publish = written ?? inferred[publishTargetName];
  if (publish === undefined) return inferred;
  const dependsOn = publish.dependsOn ?? inferred[publishTargetName]?.dependsOn;
  return {
    ...inferred,
    ...(releaseTargetName !== false && { [releaseTargetName]: releaseTarget(dependsOn) }),
    ...(doctorTargetName !== false && { [doctorTargetName]: doctorTarget() }),
  };
}

function readIfThere(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
