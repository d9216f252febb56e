import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { readTextFile } from '@nx-oci/model';

import type { DockerContext } from '../docker/docker-call';
import type { DockerfileBuild } from '../dockerfile/dockerfile-tool';
import { makeTemporaryFolder } from '../tools/temporary-folder';
import { runTool, type ToolOutcome, type ToolPurpose } from '../tools/run-tool';
import { makeDockerConfigFolder } from '../dockerfile/login-folder';
import { writeBakeFile } from './bake-file';
import { splitBakeLog } from './bake-log';
import { bakeAllowances, bakeTarget } from './bake-target';
import { buildxCall } from './buildx-call';

/** One image of a bake, or one of its platforms: what several nodes of a builder make, none of them can export together. */
export interface BakeJob {
  /** Of its target; see `nameTargets`. */
  readonly name: string;
  readonly build: DockerfileBuild;
  /** By default what the builder makes by itself. */
  readonly platform?: string;
  /** Absolute; gets the image as an OCI layout. */
  readonly folder: string;
}

export interface BakeRun {
  readonly outcome: ToolOutcome;
  /** See `readMaterials`; absent after a failure. */
  readonly metadata?: string;
}

/** Runs one `docker buildx bake` for images that the same builder makes. @throws OciError as `runTool` */
export async function runBake(context: DockerContext, jobs: readonly BakeJob[], purpose: ToolPurpose): Promise<BakeRun> {
  const files = await makeTemporaryFolder();
  const config = await makeDockerConfigFolder(context.env, (await context.findLogins?.()) ?? []);
  try {
    const bakeFile = join(files.folder, 'bake.json');
    const metadataFile = join(files.folder, 'metadata.json');
    const targets = jobs.map((job) => {
      const { name, build, platform, folder } = job;
      return [name, bakeTarget({ ...build, ...(platform !== undefined && { platform }), folder }, context.env)] as const;
    });
    await writeFile(bakeFile, writeBakeFile(Object.fromEntries(targets)), { mode: 0o600 });
    const allowances = [...new Set(jobs.flatMap(({ build }) => bakeAllowances(build)))];
    const args = [
      'bake',
      `--file=${bakeFile}`,
      `--metadata-file=${metadataFile}`,
      '--progress=plain',
      ...allowances.map((allowance) => `--allow=${allowance}`),
      ...jobs.map(({ name }) => name),
    ];
    const onLine = splitBakeLog(new Map(jobs.map(({ name, build }) => [name, build.print])));
    const outcome = await runTool(buildxCall({ ...context, env: config.env }, args, jobs[0]?.build.options.builder, { onLine }), purpose);
    const metadata = outcome.exitCode === 0 ? await readTextFile(metadataFile) : undefined;
    return { outcome, ...(metadata !== undefined && { metadata }) };
  } finally {
    await Promise.all([files.remove(), config.remove()]);
  }
}

/** Whether a target was exported completely: the builder's client writes the list of the layout's images last. */
export async function isExported({ folder, build }: BakeJob): Promise<boolean> {
  // Only its end shows that all was pushed.
  if (build.options.pushTo !== undefined) return false;
  return (await stat(join(folder, 'index.json')).catch(() => undefined)) !== undefined;
}
