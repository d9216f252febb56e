import path from 'node:path';

import { type TargetConfiguration, type Tree } from '@nx/devkit';

import { findDockerfile } from '../../inference/find-dockerfile';
import { inferImage } from '../../inference/infer-image';
import { type DockerfileSource } from '../../inference/targets-for';
import { readWrittenTargets, type Targets } from '../../inference/written-targets';
import { readTrackedFiles } from '../../dockerfile-context/tracked-files';
import { filesOnDisk } from '../../dockerfile-context/files-on-disk';
import { readNxJson } from '../../nx/devkit';
import { findImages } from '../find-images';
import { dockerfileSource } from '../image/sources/dockerfile-source';
import { readPluginOptions } from '../read-plugin-options';
import { type ResolvedProjects } from '../resolved-projects';

/** A project whose targets are inferred from its Dockerfile. */
export interface InferredProject {
  readonly name: string;
  readonly root: string;
  readonly imageTarget: string;
  readonly publishTarget: string;
  /** The targets in its own files. */
  readonly written: Targets;
  /** The inferred target, without the targets of other plugins. */
  readonly inferred: TargetConfiguration;
  /** The source of the image, according to all targets of the workspace. */
  readonly source: DockerfileSource;
}

/**
 * The projects of the workspace with an image inferred from their Dockerfile, in the order of their folders.
 *
 * @param isRegistered whether Nx resolved the projects with the plugin
 */
export async function findInferredProjects(
  tree: Tree,
  resolved: ResolvedProjects | undefined,
  isRegistered = false,
): Promise<readonly InferredProject[]> {
  const options = readPluginOptions(tree);
  const images = await findImages(tree, isRegistered ? resolved : undefined);
  const tracked = (await readTrackedFiles(tree.root).catch(() => undefined)) ?? filesOnDisk(tree.root);
  const around = {
    targetDefaults: readNxJson(tree)?.targetDefaults,
    options,
    readText: (file: string) => tree.read(file, 'utf8') ?? undefined,
    readTracked: () => Promise.resolve(tracked),
  };
  const found = await Promise.all(
    images.map(async ({ name, root, publishTarget, engine }) => {
      const written = readWrittenTargets((file) => tree.read(path.posix.join(root, file), 'utf8') ?? undefined);
      const facts = { root, targets: written, has: (file: string) => tree.exists(path.posix.join(root, file)) };
      const dockerfile = findDockerfile(facts, around);
      if (dockerfile === undefined || engine === undefined || engine === 'native') return undefined;
      const inferred = (await inferImage({ root, name, dockerfile, targets: written }, around))[options.imageTargetName] ?? {};
      const project = resolved?.[name] ?? { root, targets: { ...written } };
      const source = await dockerfileSource(tree, { name, project, dockerfile, engine }, { plugin: options, resolved, tracked });
      return { name, root, imageTarget: options.imageTargetName, publishTarget, written, inferred, source };
    }),
  );
  return found.filter((project) => project !== undefined);
}
