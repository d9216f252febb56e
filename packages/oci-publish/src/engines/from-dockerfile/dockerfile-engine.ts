import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { finished } from 'node:stream/promises';

import { openLayout } from '@nx-oci/layout';
import { ANNOTATIONS, childrenOf, isOciError, parseManifest, readTextFile, type Digest } from '@nx-oci/model';

import { cleanUpOnSignals } from '../tools/clean-up-on-signals';
import { digestBuild } from '../names/digest-build';
import { describeDockerfileBuild } from '../dockerfile/describe-build';
import { readDockerfileLabels } from '../dockerfile/dockerfile-labels';
import type { DockerfileOptions } from '../options/dockerfile-options';
import type { DockerfileTool, LocalImage, ToolContext } from '../dockerfile/dockerfile-tool';
import type { BuildJob, BuiltImage, ImageEngine } from '../image/engine';
import { MadeImages } from '../image/made-images';
import { RECORD_VERSION, readImageRecord, removeImageRecord, writeImageRecord, type ImageRecord } from '../image/image-record';
import { localImageName } from '../names/local-name';
import { namesBase } from './find-dockerfile-base';
import type { OpenRepository } from '../base/load-base';
import { dockerfileSources } from '../sources/list-sources';
import { recordSources } from '../sources/record-sources';
import { exportImage, type ExportedImage } from './export-image';
import { ImageLookups } from './look-up-images';
import { findUsedImages } from './find-used-images';
import { makeTemporaryFolder, type TemporaryFolder } from '../tools/temporary-folder';
import { track } from '../tools/track-work';

/** All inputs of the engine; nothing is read from `process`. */
export interface DockerfileEngineSettings extends Omit<ToolContext, 'signal'> {
  readonly makeTool: (context: ToolContext) => DockerfileTool;
  readonly openRepository: OpenRepository;
  /** Absolute folder where compressed layers are stored between builds. */
  readonly layerCache: string;
}

export interface DockerfileEngineRun extends ImageEngine<DockerfileOptions> {
  /** Stops running builds; leaves no incomplete image. */
  close(): Promise<void>;
}

/**
 * Builds Dockerfiles with a tool during one run, and exports each image as a layout that Nx can cache and we push. The image also
 * stays in the tool's own store, so that the next build reuses unchanged steps.
 *
 * Until it is closed, it stops its builds when the process receives a termination signal.
 */
export function createDockerfileEngine(settings: DockerfileEngineSettings): DockerfileEngineRun {
  const stop = new AbortController();
  const running = new Set<Promise<unknown>>();
  const cleanUp = async () => {
    stop.abort();
    await Promise.allSettled(running);
  };
  const release = cleanUpOnSignals(cleanUp);
  const { env, workspaceRoot } = settings;
  const tool = settings.makeTool({ env, workspaceRoot, signal: stop.signal });
  const lookups = new ImageLookups(settings.openRepository, stop.signal);
  const context: RunContext = { ...settings, signal: stop.signal, tool, lookups };
  return {
    build: (options, job) => track(running, buildProject(context, options, job)),
    close: () => cleanUp().finally(release),
  };
}

interface RunContext extends DockerfileEngineSettings {
  readonly tool: DockerfileTool;
  readonly lookups: ImageLookups;
  readonly signal: AbortSignal;
}

async function buildProject(context: RunContext, options: DockerfileOptions, job: BuildJob): Promise<BuiltImage> {
  const { tool, workspaceRoot, env } = context;
  const { project, folder, print } = job;
  const before = await recallTaken(folder);
  await removeImageRecord(folder);
  const sources = await recordSources(dockerfileSources(options, workspaceRoot, tool.name), { project, workspaceRoot, env });
  const build = digestBuild(describeDockerfileBuild(options, workspaceRoot));
  const name = localImageName(workspaceRoot, job.part === undefined ? project : `${project} ${job.part}`);
  const labels = { [ANNOTATIONS.project]: project, [ANNOTATIONS.build]: build };
  const scratch = await makeScratch(env);
  const used = findUsedImages({ dockerfile: (await readTextFile(options.dockerfile)) ?? '', options, env }, context.lookups);
  try {
    const local = await tool.build({ project, options, labels, name, scratch: scratch.folder, print });
    await new MadeImages(workspaceRoot).record({ project, engine: tool.name, imageId: local.id, name });
    const { platform, ...taken } =
      before?.imageId === local.id && before.engine === tool.name && (await isOnSameBase(before, options))
        ? before
        : await take({ context, options, job, local, labels, scratch: scratch.folder });
    const { manifest, base } = taken;
    const images = await used.whenBuilt({ base, lookUp: (reference) => tool.lookUpBase?.(reference) });
    const output = { manifest, ...(base && { base }), ...images, imageId: local.id, name };
    const record: ImageRecord = {
      schemaVersion: RECORD_VERSION,
      project,
      engine: tool.name,
      platforms: [platform],
      build,
      output,
      sources,
    };
    await writeImageRecord(folder, record);
    return { record };
  } finally {
    await scratch.remove();
  }
}

async function isOnSameBase({ base }: ExportedImage, options: DockerfileOptions): Promise<boolean> {
  return base === undefined || namesBase(base, { dockerfile: (await readTextFile(options.dockerfile)) ?? '', options });
}

interface ExportRequest {
  readonly context: RunContext;
  readonly options: DockerfileOptions;
  readonly job: BuildJob;
  readonly local: LocalImage;
  readonly labels: Readonly<Record<string, string>>;
  readonly scratch: string;
}

async function take({ context, options, job, local, labels, scratch }: ExportRequest): Promise<ExportedImage> {
  const { tool, layerCache, openRepository, signal } = context;
  const dockerfile = (await readTextFile(options.dockerfile)) ?? '';
  return exportImage({
    project: job.project,
    image: await local.save(scratch),
    folder: job.folder,
    ownLabels: new Set([...readDockerfileLabels(dockerfile, options.stage), ...Object.keys({ ...options.labels, ...labels })]),
    base: { dockerfile, options, lookUp: (reference) => tool.lookUpBase?.(reference), openRepository, print: job.print },
    layerCache,
    compression: options.compression,
    signal,
  });
}

/** An image that was exported before, and is complete in its folder. */
interface TakenBefore extends ExportedImage {
  readonly engine: string;
  readonly imageId: Digest | undefined;
}

async function recallTaken(folder: string): Promise<TakenBefore | undefined> {
  try {
    const {
      engine,
      platforms: [platform = ''],
      output,
    } = await readImageRecord(folder);
    const layout = await openLayout(folder);
    const manifest = parseManifest(await layout.readDocument(output.manifest), output.manifest.mediaType);
    const stored = childrenOf(manifest).filter(({ digest }) => !output.base?.layers.some((layer) => layer.digest === digest));
    // Read completely to verify them: otherwise a damaged file would survive every build.
    for (const blob of stored) await finished((await layout.fetch(blob)).resume());
    return { engine, platform, imageId: output.imageId, manifest: output.manifest, ...(output.base && { base: output.base }) };
  } catch (error) {
    // Missing, from another version, or broken: it is exported again.
    if (isOciError(error)) return undefined;
    throw error;
  }
}

/**
 * Outside the workspace, which may be sent to the builder as a whole; in the folder that builders use for large temporary files,
 * since /tmp may be in memory.
 */
function makeScratch({ TMPDIR: wish }: NodeJS.ProcessEnv): Promise<TemporaryFolder> {
  const folder = wish ?? (existsSync('/var/tmp') ? '/var/tmp' : tmpdir());
  return makeTemporaryFolder(folder);
}
