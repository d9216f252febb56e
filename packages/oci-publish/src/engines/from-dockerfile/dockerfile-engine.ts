import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';

import { ANNOTATIONS, readTextFile } from '@nx-oci/model';

import { cleanUpOnSignals } from '../tools/clean-up-on-signals';
import { readDockerfileLabels } from '../dockerfile/dockerfile-labels';
import type { DockerfileOptions } from '../options/dockerfile-options';
import type { DockerfileTool, LocalImage, ToolContext } from '../dockerfile/dockerfile-tool';
import type { BuildJob, BuiltImage, ImageEngine } from '../image/engine';
import { MadeImages } from '../image/made-images';
import { baseLabels } from '../image/base-labels';
import { RECORD_VERSION, removeImageRecord, writeImageRecord, type ImageRecord } from '../image/image-record';
import { localImageName } from '../names/local-name';
import { namesBase } from './find-dockerfile-base';
import type { OpenRepository } from '../base/load-base';
import { showPacking } from '../image/packing-progress';
import { dockerfileSources } from '../sources/list-sources';
import { recordSources } from '../sources/record-sources';
import { digestDockerfileBuild, type BuildDigests } from './build-digests';
import { exportImage, type ExportedImage } from './export-image';
import { ImageLookups } from './look-up-images';
import { LayerLookups } from './look-up-layers';
import { giveBases } from './give-bases';
import { findWorkspaceBases, type WorkspaceBase } from './workspace-bases';
import { findUsedImages, type UsedImages } from './find-used-images';
import { recallExport } from './recall-export';
import { makeTemporaryFolder, type TemporaryFolder } from '../tools/temporary-folder';
import { track } from '../tools/track-work';

/** All inputs of the engine; nothing is read from `process`. */
export interface DockerfileEngineSettings extends Omit<ToolContext, 'signal' | 'openRepository'> {
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
 * stays in the tool's own store or cache, so that the next build reuses unchanged steps.
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
  const { findLogins, openRepository } = settings;
  const tool = settings.makeTool({ env, workspaceRoot, signal: stop.signal, openRepository, ...(findLogins && { findLogins }) });
  const lookups = new ImageLookups(settings.openRepository, stop.signal);
  const layerLookups = new LayerLookups(settings.openRepository, stop.signal);
  const context: RunContext = { ...settings, signal: stop.signal, tool, lookups, layerLookups };
  return {
    build: (options, job) => track(running, buildProject(context, options, job)),
    close: () => cleanUp().finally(release),
  };
}

interface RunContext extends DockerfileEngineSettings {
  readonly tool: DockerfileTool;
  readonly lookups: ImageLookups;
  readonly layerLookups: LayerLookups;
  readonly signal: AbortSignal;
}

async function buildProject(context: RunContext, options: DockerfileOptions, job: BuildJob): Promise<BuiltImage> {
  const { tool, workspaceRoot, env } = context;
  const { project, folder, print, turn } = job;
  const before = await recallExport(folder);
  await removeImageRecord(folder);
  const sources = await recordSources(dockerfileSources(options, workspaceRoot, tool.name), { project, workspaceRoot, env });
  const builds = digestDockerfileBuild(options, workspaceRoot);
  const name = localImageName(workspaceRoot, job.part === undefined ? project : `${project} ${job.part}`);
  const labels = { [ANNOTATIONS.project]: project, [ANNOTATIONS.build]: builds.build };
  const scratch = await makeScratch(env);
  const dockerfile = (await readTextFile(options.dockerfile)) ?? '';
  try {
    const bases = await findWorkspaceBases(dockerfile, options, { ...context, job });
    const used = findUsedImages({ dockerfile, options, env, bases }, context.lookups);
    const given = await giveBases(bases, options, { ...context, scratch: scratch.folder, print });
    // Bases of the workspace are on this machine. Stores export whole images in any case.
    const baseLayers = tool.store === undefined && bases.length === 0 ? await context.layerLookups.find(dockerfile, options) : [];
    const local = await tool.build({
      project,
      labels: { ...labels, ...(await labelsOfAttested(used, dockerfile, options)) },
      name,
      baseLayers,
      scratch: scratch.folder,
      ...(turn && { turn }),
      print,
      ...given,
    });
    if (local.name !== undefined) {
      await new MadeImages(workspaceRoot).record({ project, engine: tool.name, imageId: local.id, name: local.name });
    }
    const { manifest, platforms, base, isAsBuilt } =
      before?.imageId === local.id && before.engine === tool.name && bases.length === 0 && (await isOnSameBase(before, options))
        ? before
        : await take({ context, options, job, local, labels, builds, bases, scratch: scratch.folder });
    const images = await used.whenBuilt({ base, lookUp: (reference) => local.lookUpBase?.(reference) });
    const output = {
      manifest,
      ...(base && { base }),
      ...(isAsBuilt && { isAsBuilt }),
      ...images,
      imageId: local.id,
      ...(local.name !== undefined && { name: local.name }),
    };
    const record: ImageRecord = {
      schemaVersion: RECORD_VERSION,
      project,
      engine: tool.name,
      platforms,
      build: builds.build,
      output,
      sources,
    };
    await writeImageRecord(folder, record);
    return { record };
  } finally {
    await scratch.remove();
  }
}

/** An image with attestations never gets labels after its build: its bases are those of before it. */
async function labelsOfAttested(
  used: UsedImages,
  dockerfile: string,
  { attestations, stage }: DockerfileOptions,
): Promise<Readonly<Record<string, string>>> {
  if (attestations === undefined) return {};
  const written = [...readDockerfileLabels(dockerfile, stage)].map((name) => [name, ''] as const);
  return baseLabels(await used.whenBuilt({ base: undefined, lookUp: () => undefined }), Object.fromEntries(written));
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
  readonly builds: BuildDigests;
  readonly bases: readonly WorkspaceBase[];
  readonly scratch: string;
}

async function take({ context, options, job, local, labels, builds, bases, scratch }: ExportRequest): Promise<ExportedImage> {
  const { layerCache, openRepository, signal } = context;
  const dockerfile = (await readTextFile(options.dockerfile)) ?? '';
  const images = await local.save(scratch);
  return showPacking(job.progress, (watcher) =>
    exportImage({
      project: job.project,
      images,
      ...(local.asBuilt && { asBuilt: local.asBuilt }),
      ...(options.pushTo && { pushedTo: options.pushTo }),
      folder: job.folder,
      ownLabels: new Set([...readDockerfileLabels(dockerfile, options.stage), ...Object.keys({ ...options.labels, ...labels })]),
      builds,
      base: { dockerfile, options, lookUp: (reference) => local.lookUpBase?.(reference), openRepository, bases, print: job.print },
      layerCache,
      compression: options.compression,
      watcher,
      signal,
    }),
  );
}

/**
 * Outside the workspace, which may be sent to the builder as a whole; in the folder that builders use for large temporary files,
 * since /tmp may be in memory.
 */
function makeScratch({ TMPDIR: wish }: NodeJS.ProcessEnv): Promise<TemporaryFolder> {
  const folder = wish ?? (existsSync('/var/tmp') ? '/var/tmp' : tmpdir());
  return makeTemporaryFolder(folder);
}
