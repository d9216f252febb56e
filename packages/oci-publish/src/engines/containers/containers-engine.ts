import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';

import { ANNOTATIONS, readTextFile } from '@nx-oci/model';

import { dockerfileLooks } from '../sources/looks-of';
import { noteSources } from '../sources/note-sources';
import { digestBuild } from '../digest-build';
import { describeDockerfileBuild } from '../dockerfile/describe-build';
import { readDockerfileLabels } from '../dockerfile/dockerfile-labels';
import type { DockerfileOptions } from '../dockerfile/dockerfile-options';
import { cleanUpOnSignals } from '../clean-up-on-signals';
import type { BuildJob, BuiltImage, ImageEngine } from '../engine';
import { RECORD_VERSION, removeImageRecord, writeImageRecord, type ImageRecord } from '../image-record';
import { localImageName } from '../local-name';
import { makeTemporaryFolder, type TemporaryFolder } from '../temporary-folder';
import { track } from '../track-work';
import { buildLayout } from './build-image';
import type { ContainersContext } from './containers-call';
import { takeImage } from './take-image';

/** Podman or buildah for the length of one run. */
export interface ContainersEngine extends ImageEngine<DockerfileOptions> {
  /** Stops what is running; no image is left half-made. */
  close(): Promise<void>;
}

/**
 * Builds Dockerfiles without a daemon, and leaves each image as a layout that Nx can cache and we push. The tool's own store
 * has it, too, so that the next build finds the steps that did not change.
 *
 * @param settings everything the engine knows of the outside. Until it is closed it ends its builds when the process is told
 *   to end.
 */
export function createContainersEngine(settings: Omit<ContainersContext, 'signal'>): ContainersEngine {
  const stop = new AbortController();
  const running = new Set<Promise<unknown>>();
  const cleanUp = async () => {
    stop.abort();
    await Promise.allSettled(running);
  };
  const release = cleanUpOnSignals(cleanUp);
  const context = { ...settings, signal: stop.signal };
  return {
    build: (options, job) => track(running, buildProject(context, options, job)),
    close: () => cleanUp().finally(release),
  };
}

async function buildProject(context: ContainersContext, options: DockerfileOptions, job: BuildJob): Promise<BuiltImage> {
  const { project, folder, print } = job;
  await removeImageRecord(folder);
  const sources = await noteSources(dockerfileLooks(options, context.workspaceRoot), {
    project,
    workspaceRoot: context.workspaceRoot,
    env: context.env,
  });
  const build = digestBuild(describeDockerfileBuild(options, context.workspaceRoot));
  const name = localImageName(context.workspaceRoot, project);
  const labels = { [ANNOTATIONS.project]: project, [ANNOTATIONS.build]: build };
  const ownLabels = new Set([
    ...readDockerfileLabels((await readTextFile(options.dockerfile)) ?? '', options.stage),
    ...Object.keys({ ...options.labels, ...labels }),
  ]);
  const scratch = await makeScratch(context.env);
  try {
    const layout = await buildLayout(context, { project, options, labels, name, scratch: scratch.folder, print });
    const { manifest, platform } = await takeImage({
      project,
      layout,
      folder,
      ownLabels,
      ...(context.signal && { signal: context.signal }),
    });
    const output = { kind: 'layout', manifest, name } as const;
    const record: ImageRecord = { schemaVersion: RECORD_VERSION, project, engine: context.tool, platform, build, output, sources };
    await writeImageRecord(folder, record);
    return { record };
  } finally {
    await scratch.remove();
  }
}

/**
 * Outside of the workspace, all of which may be sent to the builder; where the builders keep what is large for a moment
 * themselves, for /tmp may be in memory.
 */
function makeScratch({ TMPDIR: wish }: NodeJS.ProcessEnv): Promise<TemporaryFolder> {
  const folder = wish ?? (existsSync('/var/tmp') ? '/var/tmp' : tmpdir());
  return makeTemporaryFolder('build', folder);
}
