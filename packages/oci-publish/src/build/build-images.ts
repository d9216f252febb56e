import { availableParallelism } from 'node:os';

import { removeUnusedLayers } from '@nx-oci/layout';
import { explainSystemError, isOciError, portablePath } from '@nx-oci/model';

import { createDockerfileEngine, type DockerfileEngineRun } from '../engines/from-dockerfile/dockerfile-engine';
import { DOCKERFILE_TOOLS } from '../engines/from-dockerfile/dockerfile-tools';
import type { BuildJob } from '../engines/image/engine';
import type { DockerfileOptions } from '../engines/options/dockerfile-options';
import { type DockerfileEngine } from '../engines/options/engine-names';
import { writeImageRecord } from '../engines/image/image-record';
import { type LocalImage } from '../engines/image/local-image';
import { imageFolder, partFolder } from '../engines/names/image-folder';
import { findParts } from '../engines/parts/find-parts';
import { mergeParts } from '../engines/parts/merge-parts';
import { ImageUses } from '../engines/image/image-uses';
import { createNativeEngine, layerCacheFolder } from '../engines/native/native-engine';
import { BuildTurns, type BuildTurn } from '../engines/tools/build-turns';
import { sweepTemporaryFolders } from '../engines/tools/temporary-folder';
import { recordInputs } from '../engines/inputs/inputs-record';
import { describeIgnoredCopies } from '../engines/sources/ignored-copies';
import { readGitFacts } from '../git/read-git-facts';
import { stampLabels } from '../publish/image/stamp-facts';
import { readFileIds } from '../git/file-ids';
import { memoize } from '../run/memoize';
import { describeImage, describeTaken, describeWhole } from './describe-image';
import { isMadeHere } from './read-parts';
import { takePart } from './take-part';
import { normalizeOptions } from './normalize-options';
import { type RequestedImage } from './requested-image';
import { useWorkspaceBase } from './use-workspace-base';
import { findLogins, findPushTarget } from './find-push-target';
import { createBaseOpener } from './open-base';

// An engine uses all cores by itself, and native images pack their layers in parallel.
const MOST_AT_ONCE = 4;

export interface ImageBuilder {
  /**
   * Checks options, and looks up the base of an image from files in its registry, before any image is built.
   *
   * @throws OciError with what is wrong.
   */
  check(asked: Pick<RequestedImage, 'project' | 'projectRoot' | 'options' | 'workspaceImages' | 'isTrial'>): Promise<void>;
  /**
   * Builds one image and describes it; a few at the same time, the others wait. Those that can be done together, in one bake, wait for
   * all that this was called for before.
   *
   * @throws OciError
   */
  build(asked: RequestedImage): Promise<string>;
  close(): Promise<void>;
}

export interface BuilderSettings {
  /** Absolute. */
  readonly workspaceRoot: string;
  readonly env: NodeJS.ProcessEnv;
  /** The Nx process of the run, until whose end no prune removes what is built; by default this process. */
  readonly runPid?: number | undefined;
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
      started.get(name) ??
      createDockerfileEngine({
        ...settings,
        makeTool: DOCKERFILE_TOOLS[name],
        openRepository,
        findLogins: () => findLogins(settings),
        layerCache,
      });
    started.set(name, engine);
    return engine;
  };
  // Before the first image: a change during the build makes an image older than its inputs, never newer.
  const fileIds = memoize(() => readFileIds(workspaceRoot));
  const uses = new ImageUses(workspaceRoot, settings.runPid);
  const turns = new BuildTurns(Math.min(MOST_AT_ONCE, availableParallelism()));
  const build = async (request: RequestedImage, turn: BuildTurn): Promise<string> => {
    const { project, projectRoot, options, print, progress, workspaceImages = [], outputs = [], inputs, isTrial } = request;
    const [asked, recorded] = await Promise.all([
      normalizeOptions(options, { project, projectRoot, workspaceRoot }, { env: settings.env, isTrial }),
      inputs && fileIds().then((ids) => ids && recordInputs(inputs, inputs.notRun, { ids, env: settings.env })),
    ]);
    if (asked.engine !== 'buildx') turn.leave();
    const { parts } = asked;
    if (parts?.kind === 'whole') return describeWhole(await mergeRequested(request, parts.platforms, workspaceRoot), workspaceRoot);
    if (parts !== undefined && !isMadeHere(parts)) {
      const part = { platform: parts.platform, task: taskOf(request) };
      return describeTaken(await takePart({ part, asked: request, workspaceRoot, env: settings.env, fileIds }), workspaceRoot);
    }
    const folder = parts === undefined ? imageFolder(workspaceRoot, project) : partFolder(workspaceRoot, project, parts.platform);
    const job: BuildJob = {
      project,
      workspaceRoot,
      folder,
      turn,
      print,
      outputs,
      workspaceImages,
      ...(progress && { progress }),
      ...(parts && { part: parts.platform }),
    };
    const image = await (asked.engine === 'native'
      ? native.build(useWorkspaceBase(asked.options, workspaceImages, workspaceRoot), job)
      : engineOf(asked.engine).build(await prepareOptions(asked.options, project, settings), job));
    if (recorded !== undefined) await writeImageRecord(folder, { ...image.record, inputs: recorded });
    const swept =
      asked.engine === 'native' ? [] : await describeIgnoredCopies(asked.options, { engine: asked.engine, workspaceRoot, outputs });
    const isStamped = asked.engine !== 'native' && asked.options.attestations !== undefined;
    return describeImage({ ...image, warnings: [...(image.warnings ?? []), ...swept] }, portablePath(workspaceRoot, folder), isStamped);
  };
  return {
    async check({ project, projectRoot, options, workspaceImages = [], isTrial }) {
      const asked = await normalizeOptions(options, { project, projectRoot, workspaceRoot }, { env: settings.env, isTrial });
      if (asked.engine === 'native') await native.checkBase(useWorkspaceBase(asked.options, workspaceImages, workspaceRoot));
    },
    build(request) {
      const turn = turns.announce();
      return uses.during([request.project], 'build', () => turn.run(() => build(request, turn))).finally(() => turn.leave());
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

/** Adds what is only known when the image is built. */
async function prepareOptions(options: DockerfileOptions, project: string, settings: BuilderSettings): Promise<DockerfileOptions> {
  const { export: toRegistry, attestations } = options;
  const [pushTo, stamp] = await Promise.all([
    toRegistry && findPushTarget(project, toRegistry, settings),
    attestations && stampNow(project, settings),
  ]);
  return { ...options, ...(pushTo && { pushTo }), ...(stamp && { stamp }) };
}

/** The labels that other images get when they are published. */
async function stampNow(project: string, { workspaceRoot, env }: BuilderSettings): Promise<Readonly<Record<string, string>>> {
  try {
    const git = await readGitFacts({ folder: workspaceRoot, env });
    // Whether it is clean is a question about its own files, which the publish answers.
    return stampLabels({ ...git, isDirty: false }, project, undefined);
  } catch (error) {
    if (isOciError(error, 'GIT_UNAVAILABLE')) return {};
    throw error;
  }
}

function taskOf({ project, task = `${project}:image` }: RequestedImage): string {
  return task;
}

/** Makes sure that the parts of an image are there, and fit together. The publish merges them itself. */
async function mergeRequested(request: RequestedImage, platforms: readonly string[], workspaceRoot: string): Promise<LocalImage> {
  const { project, misled } = request;
  const parts = request.parts ?? platforms.map((platform) => ({ platform, task: `${taskOf(request)} --platform=${platform}` }));
  const found = await findParts(parts, { project, workspaceRoot, purpose: 'merge the image of', ...(misled && { misled }) });
  return mergeParts(project, imageFolder(workspaceRoot, project), found);
}

/** A failed clean-up, such as on a read-only disk, does not stop a build: the code that writes there reports the problem. */
function passOverSystem(error: unknown): void {
  if (explainSystemError(error) === undefined) throw error;
}
