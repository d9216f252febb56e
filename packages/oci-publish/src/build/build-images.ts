import { relative } from 'node:path';

import { removeUnusedLayers } from '@nx-oci/layout';
import { explainSystemError } from '@nx-oci/model';

import { createDockerfileEngine, type DockerfileEngineRun } from '../engines/from-dockerfile/dockerfile-engine';
import { DOCKERFILE_TOOLS } from '../engines/from-dockerfile/dockerfile-tools';
import type { BuildJob } from '../engines/image/engine';
import type { DeclaredOutput } from '../engines/names/declared-output';
import { type DockerfileEngine } from '../engines/options/engine-names';
import { imageFolder, writeImageRecord } from '../engines/image/image-record';
import { createNativeEngine, layerCacheFolder } from '../engines/native/native-engine';
import { sweepTemporaryFolders } from '../engines/tools/temporary-folder';
import { recordInputs, type ImageInputs } from '../engines/inputs/inputs-record';
import { describeIgnoredCopies } from '../engines/sources/ignored-copies';
import { readFileIds } from '../git/file-ids';
import { memoize } from '../run/memoize';
import { describeImage } from './describe-image';
import { normalizeOptions } from './normalize-options';
import { createBaseOpener } from './open-base';

/** One image to build. */
export interface RequestedImage {
  readonly project: string;
  /** Absolute. */
  readonly projectRoot: string;
  /** As written. */
  readonly options: unknown;
  /** The outputs of the tasks before it. */
  readonly outputs?: readonly DeclaredOutput[];
  /** What those tasks and this one read; recorded for the publish if given. */
  readonly inputs?: RequestedInputs;
  /** For the builder's own output, line by line. */
  readonly print: (line: string) => void;
}

export interface RequestedInputs extends ImageInputs {
  /** Tasks before the image that are not part of this run: `api:build`. */
  readonly notRun: readonly string[];
}

export interface ImageBuilder {
  /** Looks up the base of an image from files in its registry, before any image is built. @throws OciError with what is wrong. */
  checkBase(asked: Pick<RequestedImage, 'project' | 'projectRoot' | 'options'>): Promise<void>;
  /** Builds one image and describes it. @throws OciError */
  build(asked: RequestedImage): Promise<string>;
  close(): Promise<void>;
}

export interface BuilderSettings {
  /** Absolute. */
  readonly workspaceRoot: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Builds images with any engine, for the lifetime of one process. */
export function createImageBuilder(settings: BuilderSettings): ImageBuilder {
  const { workspaceRoot } = settings;
  const layerCache = layerCacheFolder(workspaceRoot);
  const bases = createBaseOpener(settings);
  const { openRepository } = bases;
  const native = createNativeEngine({ openRepository, layerCache });
  // Created on demand, since each listens for signals and most workspaces need only one.
  const started = new Map<DockerfileEngine, DockerfileEngineRun>();
  const engineOf = (name: DockerfileEngine): DockerfileEngineRun => {
    const engine =
      started.get(name) ?? createDockerfileEngine({ ...settings, makeTool: DOCKERFILE_TOOLS[name], openRepository, layerCache });
    started.set(name, engine);
    return engine;
  };
  // Before the first image: a change during the build makes an image older than its inputs, never newer.
  const fileIds = memoize(() => readFileIds(workspaceRoot));
  return {
    async checkBase({ project, projectRoot, options }) {
      const asked = await normalizeOptions(options, { project, projectRoot, workspaceRoot });
      if (asked.engine === 'native') await native.checkBase(asked.options);
    },
    async build({ project, projectRoot, options, print, outputs = [], inputs }) {
      const [asked, recorded] = await Promise.all([
        normalizeOptions(options, { project, projectRoot, workspaceRoot }),
        inputs && fileIds().then((ids) => ids && recordInputs(inputs, inputs.notRun, { ids, env: settings.env })),
      ]);
      const folder = imageFolder(workspaceRoot, project);
      const job: BuildJob = { project, workspaceRoot, folder, print, outputs };
      const image = await (asked.engine === 'native' ? native.build(asked.options, job) : engineOf(asked.engine).build(asked.options, job));
      if (recorded !== undefined) await writeImageRecord(folder, { ...image.record, inputs: recorded });
      const swept =
        asked.engine === 'native' ? [] : await describeIgnoredCopies(asked.options, { engine: asked.engine, workspaceRoot, outputs });
      return describeImage({ ...image, warnings: [...(image.warnings ?? []), ...swept] }, relative(workspaceRoot, folder));
    },
    async close() {
      const engines = [...started.values()].map((engine) => engine.close());
      await Promise.all([
        bases.close(),
        ...engines,
        removeUnusedLayers(layerCache, Date.now()).catch(passOverSystem),
        sweepTemporaryFolders(Date.now()),
      ]);
    },
  };
}

/** A failed clean-up, such as on a read-only disk, does not stop a build: the code that writes there reports the problem. */
function passOverSystem(error: unknown): void {
  if (explainSystemError(error) === undefined) throw error;
}
