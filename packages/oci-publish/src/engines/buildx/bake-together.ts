import { join } from 'node:path';

import type { DockerContext } from '../docker/docker-call';
import type { DockerfileBuild } from '../dockerfile/dockerfile-tool';
import { failedBuildHint } from '../dockerfile/failed-build-hint';
import { toolFailure, type ToolOutcome } from '../tools/run-tool';
import { readMaterials, type Materials } from './bake-metadata';
import { buildxPurpose } from './buildx-call';
import { findBuilderFailure } from './builder-failure';
import { nameTargets } from './name-targets';
import { isExported, runBake, type BakeJob } from './run-bake';

/** An image that a builder has exported. */
export interface BakedImage {
  /** Absolute; an OCI layout. */
  readonly folder: string;
  /** Empty if the bake failed for another image. */
  readonly materials: Materials;
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
  const names = nameTargets(builds.map(({ project }) => project));
  const jobs = builds.map((build, index): BakeJob => ({ name: names[index] ?? '', build, folder: join(build.scratch, 'layout') }));
  const outcomes = new Map<BakeJob, PromiseSettledResult<BakedImage>>();
  for (let left: readonly BakeJob[] = jobs; left.length > 0; left = left.filter((job) => !outcomes.has(job))) {
    for (const [job, outcome] of await bakeOnce(context, left)) outcomes.set(job, outcome);
  }
  return jobs.map((job) => outcomes.get(job) ?? { status: 'rejected', reason: new Error('a target without an outcome') });
}

type Outcomes = ReadonlyMap<BakeJob, PromiseSettledResult<BakedImage>>;

/** @returns at least one outcome. */
async function bakeOnce(context: DockerContext, jobs: readonly BakeJob[]): Promise<Outcomes> {
  const { outcome, metadata } = await runBake(context, jobs, buildxPurpose(buildPurpose(jobs)));
  const isDone = await Promise.all(jobs.map(isExported));
  const done = jobs.filter((_job, index) => outcome.exitCode === 0 || isDone[index]);
  const settled = new Map<BakeJob, PromiseSettledResult<BakedImage>>(
    done.map((job) => [job, { status: 'fulfilled', value: { folder: job.folder, materials: readMaterials(metadata, job.name) } }]),
  );
  const left = jobs.filter((job) => !settled.has(job));
  if (left.length === 0) return settled;
  const blamed = findBlamed(outcome, left);
  const reason = blamed === undefined ? await findReason(context, left, outcome) : buildFailure(context, [blamed], outcome);
  for (const job of blamed === undefined ? left : [blamed]) settled.set(job, { status: 'rejected', reason });
  return settled;
}

/** The target whose failure stopped the bake: `ERROR: target api: failed to solve: …` */
function findBlamed({ stderr }: ToolOutcome, left: readonly BakeJob[]): BakeJob | undefined {
  const named = [...stderr.matchAll(/^ERROR: target ([\w-]+): /gm)].map(([, name]) => name);
  return left.find(({ name }) => named.includes(name));
}

async function findReason(context: DockerContext, left: readonly BakeJob[], outcome: ToolOutcome): Promise<unknown> {
  const about = { what: buildPurpose(left), builder: left[0]?.build.options.builder };
  return (await findBuilderFailure(context, outcome, about)) ?? buildFailure(context, left, outcome);
}

function buildFailure({ workspaceRoot }: DockerContext, jobs: readonly BakeJob[], outcome: ToolOutcome): unknown {
  const [only, another] = jobs;
  const hint = only === undefined || another !== undefined ? undefined : failedBuildHint(only.build.options, workspaceRoot);
  return toolFailure({ program: 'docker buildx', args: ['bake'] }, outcome, buildxPurpose(buildPurpose(jobs), hint));
}

function buildPurpose(jobs: readonly BakeJob[]): string {
  const projects = jobs.map(({ build }) => build.project);
  return `build the ${projects.length === 1 ? 'image' : 'images'} of ${projects.join(', ')}`;
}
