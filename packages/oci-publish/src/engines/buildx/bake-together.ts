import { join } from 'node:path';

import type { Descriptor } from '@nx-oci/model';

import type { DockerContext } from '../docker/docker-call';
import type { DockerfileBuild } from '../dockerfile/dockerfile-tool';
import { failedBuildHint } from '../dockerfile/failed-build-hint';
import { toolFailure, type ToolOutcome } from '../tools/run-tool';
import { readMaterials, readPushed, type Materials } from './bake-metadata';
import { buildxPurpose } from './buildx-call';
import { finalError, findBuilderFailure } from './builder-failure';
import { nameTargets } from './name-targets';
import { isExported, runBake, type BakeJob } from './run-bake';

/** An image that a builder has exported. */
export interface BakedImage {
  /** One for each platform; only one if it has attestations. */
  readonly parts: readonly BakedPart[];
}

export interface BakedPart {
  /** Absolute; an OCI layout. */
  readonly folder: string;
  /** None if the bake failed for another image. */
  readonly materials: Materials;
  /** If it was pushed, instead. */
  readonly pushed?: Descriptor;
}

/**
 * Builds images in one bake, so that the builder makes once what they share. Bake stops at the first failure: what is exported
 * then counts, and the rest is baked again without what failed.
 *
 * @param builds for the same builder.
 * @returns the outcome of each build, in their order. @throws OciError `ABORTED`, and if docker is missing.
 */
export async function bakeTogether(
  context: DockerContext,
  builds: readonly DockerfileBuild[],
): Promise<readonly PromiseSettledResult<BakedImage>[]> {
  const jobs = listJobs(builds);
  const done = new Map<BakeJob, BakedPart>();
  const failures = new Map<DockerfileBuild, unknown>();
  const isOpen = (job: BakeJob): boolean => !done.has(job) && !failures.has(job.build);
  for (let left = jobs; left.length > 0; left = left.filter(isOpen)) {
    const outcome = await bakeOnce(context, left);
    for (const [job, part] of outcome.done) done.set(job, part);
    for (const job of outcome.blamed) failures.set(job.build, outcome.reason);
  }
  return builds.map((build) => {
    if (failures.has(build)) return { status: 'rejected', reason: failures.get(build) };
    const parts = jobs.filter((job) => job.build === build).flatMap((job) => done.get(job) ?? []);
    return { status: 'fulfilled', value: { parts } };
  });
}

/** Where the images of a build are exported to, one folder for each platform. */
export function exportFolders({ scratch, options: { platforms = [''] } }: DockerfileBuild): readonly string[] {
  return platforms.map((_platform, index) => join(scratch, `layout-${index}`));
}

function listJobs(builds: readonly DockerfileBuild[]): readonly BakeJob[] {
  const jobs = builds.flatMap((build): readonly Omit<BakeJob, 'name'>[] => {
    const { platform, platforms = [platform], attestations } = build.options;
    // They name the digests of one build, so that stays whole.
    if (attestations !== undefined && platforms.length > 1) return [{ build, folder: join(build.scratch, 'layout') }];
    return platforms.map((one, index) => ({
      build,
      ...(one !== undefined && { platform: one }),
      folder: exportFolders(build)[index] ?? '',
    }));
  });
  const names = nameTargets(
    jobs.map(({ build, platform }) =>
      build.options.platforms === undefined || platform === undefined ? build.project : `${build.project}-${platform}`,
    ),
  );
  return jobs.map((job, index) => ({ ...job, name: names[index] ?? '' }));
}

interface BakeOutcome {
  readonly done: ReadonlyMap<BakeJob, BakedPart>;
  /** Whose images failed; if not everything is done, at least one. */
  readonly blamed: readonly BakeJob[];
  readonly reason?: unknown;
}

async function bakeOnce(context: DockerContext, jobs: readonly BakeJob[]): Promise<BakeOutcome> {
  const { outcome, metadata } = await runBake(context, jobs, buildxPurpose(buildPurpose(jobs)));
  const isDone = await Promise.all(jobs.map(isExported));
  const exported = jobs.filter((_job, index) => outcome.exitCode === 0 || isDone[index]);
  const done = new Map(exported.map((job) => [job, bakedPart(job, metadata)] as const));
  const left = jobs.filter((job) => !done.has(job));
  if (left.length === 0) return { done, blamed: [] };
  const about = { what: buildPurpose(left), builder: left[0]?.build.options.builder };
  const ofBuilder = await findBuilderFailure(context, outcome, about);
  const blamed = ofBuilder === undefined ? findBlamed(outcome, left) : left;
  return { done, blamed, reason: ofBuilder ?? buildFailure(context, blamed, outcome) };
}

function bakedPart({ name, folder, build }: BakeJob, metadata: string | undefined): BakedPart {
  const pushed = build.options.pushTo === undefined ? undefined : readPushed(metadata, name);
  return { folder, materials: readMaterials(metadata, name), ...(pushed && { pushed }) };
}

/** The target whose failure stopped the bake: `target api: failed to solve: …`; all, if none is named. */
function findBlamed({ stderr }: ToolOutcome, left: readonly BakeJob[]): readonly BakeJob[] {
  const [, named] = /^target ([\w-]+): /.exec(finalError(stderr)) ?? [];
  const found = left.filter(({ name }) => name === named);
  return found.length === 0 ? left : found;
}

function buildFailure({ workspaceRoot }: DockerContext, jobs: readonly BakeJob[], outcome: ToolOutcome): unknown {
  const [only, another] = new Set(jobs.map(({ build }) => build));
  const hint =
    only === undefined || another !== undefined ? undefined : failedBuildHint(only.options, workspaceRoot, finalError(outcome.stderr));
  return toolFailure({ program: 'docker buildx', args: ['bake'] }, outcome, buildxPurpose(buildPurpose(jobs), hint));
}

function buildPurpose(jobs: readonly BakeJob[]): string {
  const projects = [...new Set(jobs.map(({ build }) => build.project))];
  return `build the ${projects.length === 1 ? 'image' : 'images'} of ${projects.join(', ')}`;
}
