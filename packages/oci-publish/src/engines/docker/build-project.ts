import { ANNOTATIONS, type Digest, OciError, readTextFile } from '@nx-oci/model';

import { dockerfileLooks } from '../sources/looks-of';
import { noteSources } from '../sources/note-sources';
import { digestBuild } from '../digest-build';
import { describeDockerfileBuild } from '../dockerfile/describe-build';
import type { BuildJob, BuiltImage } from '../engine';
import { RECORD_VERSION, removeImageRecord, writeImageRecord, type ImageRecord } from '../image-record';
import { buildDockerImage } from './build-image';
import type { DockerContext } from './docker-call';
import type { DockerfileOptions } from '../dockerfile/dockerfile-options';
import { readDockerfileLabels } from '../dockerfile/dockerfile-labels';
import type { EngineFacts } from './engine-facts';
import { requireImage } from './inspect-image';
import { localImageName } from '../local-name';

/** The facts of git about a project as labels: `org.opencontainers.image.revision` and its siblings. */
export type StampLabels = (project: string) => Promise<Readonly<Record<string, string>>>;

export interface ProjectBuildContext extends DockerContext {
  readonly readFacts: () => Promise<EngineFacts>;
  readonly stampLabels: StampLabels;
}

/** Builds a project's Dockerfile under the project's local name, and writes its record. */
export async function buildDockerProject(context: ProjectBuildContext, options: DockerfileOptions, job: BuildJob): Promise<BuiltImage> {
  const { project } = job;
  await removeImageRecord(job.folder);
  const { builder } = await context.readFacts();
  const sources = await noteSources(dockerfileLooks(options, context.workspaceRoot), {
    project,
    workspaceRoot: context.workspaceRoot,
    env: context.env,
  });
  const build = digestBuild(describeDockerfileBuild(options, context.workspaceRoot));
  const name = localImageName(context.workspaceRoot, project);
  // A label that the user set wins over a stamp, and nothing wins over who we are.
  const stamp = await leaveOutUsersLabels(await context.stampLabels(project), options);
  const labels = { ...stamp, ...options.labels, [ANNOTATIONS.project]: project, [ANNOTATIONS.build]: build };
  const imageId = await buildDockerImage(context, { project, options, builder, name, labels, print: job.print });
  const platform = await readPlatform(context, imageId, project);
  const output = { kind: 'engine', imageId, name } as const;
  const record: ImageRecord = { schemaVersion: RECORD_VERSION, project, engine: 'docker', platform, build, output, sources };
  await writeImageRecord(job.folder, record);
  return { record };
}

/** A builder lets its `--label` win over the Dockerfile's LABEL. */
async function leaveOutUsersLabels(
  stamp: Readonly<Record<string, string>>,
  { dockerfile, stage }: DockerfileOptions,
): Promise<Readonly<Record<string, string>>> {
  const written = readDockerfileLabels((await readTextFile(dockerfile)) ?? '', stage);
  return Object.fromEntries(Object.entries(stamp).filter(([name]) => !written.has(name)));
}

async function readPlatform(context: DockerContext, imageId: Digest, project: string): Promise<string> {
  const image = await requireImage(context, imageId);
  if (image.labels[ANNOTATIONS.project] === project) return image.platform;
  throw new OciError('WRONG_IMAGE', `Cannot use the image of ${project}: what the builder left does not carry its label.`, {
    hint: 'Look at which builder `docker build` uses (docker buildx ls, BUILDX_BUILDER): it has to load its result into the engine.',
  });
}
