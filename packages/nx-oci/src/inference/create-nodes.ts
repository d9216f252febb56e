import { existsSync } from 'node:fs';
import path from 'node:path';

import { readTextFileSync } from '@nx-oci/model';

import { type CreateNodesV2, type TargetConfiguration } from '@nx/devkit';
import { DOCKERFILE_NAMES, memoize, type ReadText, readTextIn } from '@nx-oci/publish';

import { createNodesFromFiles, detectPackageManager } from '../nx/inference-api';
import { EXECS } from '../nx/package-manager-exec';
import { filesOnDisk } from '../dockerfile-context/files-on-disk';
import { readTrackedFiles } from '../dockerfile-context/tracked-files';
import { findDockerfile } from './find-dockerfile';
import { findProjectName } from './find-project-name';
import { findWrittenPublish, type WrittenPublish } from './find-written-publish';
import { findWrittenTest } from './find-written-test';
import { inferImage, type Surroundings } from './infer-image';
import { isIgnoredPath } from '../dockerfile-context/is-ignored-path';
import { normalizePluginOptions, type NormalizedPluginOptions, type PluginOptions } from './plugin-options';
import { withHelp } from './target-help';
import { dependOnBases, KnownProjects } from './depend-on-bases';
import { doctorTarget, releaseTarget, withTest } from './targets-for';
import { withParts } from './with-parts';
import { readWrittenTargets } from './written-targets';

// eslint-disable-next-line @typescript-eslint/no-deprecated -- Nx 22 knows the type by this name alone; the next name came with 23.
type Inference = CreateNodesV2<PluginOptions>;
type FoundNodes = Awaited<ReturnType<Inference[1]>>[number][1];

/** The files that may make a folder a project with an image. */
export const PROJECT_FILES_GLOB = '**/{Dockerfile,Containerfile,project.json,package.json}';

/**
 * Gives a project with a Dockerfile or Containerfile, in its folder or named by its image target, the targets `image` and `publish`, and every project that publishes an image
 * the targets for `nx release publish` and the doctor.
 *
 * Nx 22 calls `createNodesV2`, Nx 23 and later `createNodes`; both have the same form.
 */
export const createNodesV2: Inference = [
  PROJECT_FILES_GLOB,
  async (files, options, context) => {
    const normalized = normalizePluginOptions(options);
    const wanted = normalized.infer ? files.filter((file) => !isIgnoredPath(file)) : [];
    const { workspaceRoot, nxJsonConfiguration: nxJson } = context;
    const exec = EXECS[detectPackageManager(workspaceRoot)];
    const around: Surroundings = {
      targetDefaults: nxJson.targetDefaults,
      options: normalized,
      readText: once(readTextIn(workspaceRoot)),
      // One call of git for all Dockerfiles.
      readTracked: memoize(async () => (await readTrackedFiles(workspaceRoot)) ?? filesOnDisk(workspaceRoot)),
    };
    const projects = new KnownProjects();
    const found = await createNodesFromFiles(
      (file) => findNodes(file, { workspaceRoot, exec, projects }, around),
      wanted,
      options,
      context,
    );
    return dependOnBases(found, projects, { workspaceRoot, env: process.env, readText: around.readText });
  },
];

export const createNodes = createNodesV2;

/** Reads each file once: all Dockerfiles share the workspace's ignore file. */
function once(readText: ReadText): ReadText {
  const texts = new Map<string, string | undefined>();
  const read = (file: string): string | undefined => {
    if (!texts.has(file)) texts.set(file, readText(file));
    return texts.get(file);
  };
  return Object.assign(read, readText.targetOf === undefined ? {} : { targetOf: readText.targetOf });
}

const PROJECT_FILES = ['project.json', 'package.json'];

interface Workspace {
  readonly workspaceRoot: string;
  /** The command that precedes `nx`. */
  readonly exec: string;
  /** Gets each project with its targets. */
  readonly projects: KnownProjects;
}

async function findNodes(file: string, { workspaceRoot, exec, projects }: Workspace, around: Surroundings): Promise<FoundNodes> {
  const root = path.posix.dirname(file.replaceAll('\\', '/'));
  const folder = path.join(workspaceRoot, root);
  // A folder is read once, when its first file is.
  const present = [...DOCKERFILE_NAMES, ...PROJECT_FILES].filter((name) => existsSync(path.join(folder, name)));
  const [first] = present;
  if (first === undefined || path.basename(file) !== first) return {};
  const texts = new Map(
    PROJECT_FILES.filter((name) => present.includes(name)).map((name) => [name, readTextFileSync(path.join(folder, name))]),
  );
  const read = (name: string) => texts.get(name);
  const written = readWrittenTargets(read);
  const publish = findWrittenPublish(written, around.targetDefaults);
  const dockerfile = findDockerfile({ root, targets: written, has: (file) => present.includes(file) }, around);
  const test =
    findWrittenTest(written, around.targetDefaults, around.options) ??
    (dockerfile !== undefined && around.options.test ? around.options.testTargetName : undefined);
  const { targetDefaults } = around;
  const hasParts = Object.keys(withParts({ written, inferred: {}, publish, targetDefaults })).length > 0;
  if (publish === undefined && test === undefined && dockerfile === undefined && !hasParts) return {};
  const name = findProjectName(root, read);
  if (name === undefined) return {};
  const image = dockerfile === undefined ? {} : await inferImage({ root, name, dockerfile, targets: written }, around);
  const whole = test === undefined ? image : withTest(image, test, around.options);
  const inferred = withParts({ written, inferred: whole, publish, targetDefaults });
  projects.add(name, { root, written, inferred }, targetDefaults);
  return {
    projects: {
      [root]: {
        name,
        targets: withHelp(dockerfile !== undefined || publish !== undefined ? withOthers(inferred, publish, around.options) : inferred, {
          name,
          exec,
        }),
      },
    },
  };
}

function withOthers(
  inferred: Record<string, TargetConfiguration>,
  written: WrittenPublish | undefined,
  { publishTargetName, releaseTargetName, doctorTargetName }: NormalizedPluginOptions,
): Record<string, TargetConfiguration> {
  const dependsOn = (written ?? inferred[publishTargetName])?.dependsOn ?? inferred[publishTargetName]?.dependsOn;
  return {
    ...inferred,
    ...(releaseTargetName !== false && { [releaseTargetName]: releaseTarget(dependsOn) }),
    ...(doctorTargetName !== false && { [doctorTargetName]: doctorTarget() }),
  };
}
