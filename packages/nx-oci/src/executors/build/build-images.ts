import { relative } from 'node:path';

import { removeUnusedLayers } from '@nx-oci/layout';

import { createDockerEngine, type DockerEngine, type DockerEngineSettings } from '../../engines/docker/docker-engine';
import type { BuildJob, BuiltImage, ImageEngine } from '../../engines/engine';
import { imageFolder } from '../../engines/image-record';
import { createNativeEngine, layerCacheFolder } from '../../engines/native/native-engine';
import type { NativeBuildOptions } from '../../engines/native/native-options';
import { describeImage } from './describe-image';
import { normalizeOptions } from './normalize-options';
import { createBaseOpener } from './open-base';

/** One image that Nx asked for. */
export interface AskedImage {
  readonly project: string;
  /** Absolute. */
  readonly projectRoot: string;
  /** As written. */
  readonly options: unknown;
  /** For the builder's own output, line by line. */
  readonly print: (line: string) => void;
}

export interface ImageBuilder {
  /** Builds one image and tells of it. @throws OciError with what is wrong. */
  build(asked: AskedImage): Promise<string>;
  close(): Promise<void>;
}

export interface BuilderSettings extends Pick<DockerEngineSettings, 'stampLabels'> {
  /** Absolute. */
  readonly workspaceRoot: string;
  readonly env: NodeJS.ProcessEnv;
}

interface Engines {
  readonly native: ImageEngine<NativeBuildOptions>;
  readonly docker: DockerEngine;
}

/** Builds images with either engine, for the length of one process. */
export function createImageBuilder(settings: BuilderSettings): ImageBuilder {
  const { workspaceRoot } = settings;
  const layerCache = layerCacheFolder(workspaceRoot);
  const bases = createBaseOpener(settings);
  const engines: Engines = {
    native: createNativeEngine({ openRepository: bases.openRepository, layerCache }),
    docker: createDockerEngine(settings),
  };
  return {
    async build({ project, projectRoot, options, print }) {
      const normalized = await normalizeOptions(options, { project, projectRoot, workspaceRoot });
      const folder = imageFolder(workspaceRoot, project);
      const image = await buildWith(engines, normalized, { project, workspaceRoot, folder, print });
      return describeImage(image, relative(workspaceRoot, folder));
    },
    async close() {
      await Promise.all([bases.close(), engines.docker.close(), removeUnusedLayers(layerCache, Date.now())]);
    },
  };
}

function buildWith(engines: Engines, asked: Awaited<ReturnType<typeof normalizeOptions>>, job: BuildJob): Promise<BuiltImage> {
  return asked.engine === 'native' ? engines.native.build(asked.options, job) : engines.docker.build(asked.options, job);
}
