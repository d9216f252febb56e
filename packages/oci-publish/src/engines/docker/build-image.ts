import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { parseDigest, type Digest } from '@nx-oci/model';

import { runToolOrFail } from '../run-tool';
import { buildArguments, buildEnvironment } from './build-arguments';
import { dockerCall, dockerPurpose, type DockerContext } from './docker-call';
import type { DockerfileBuild } from '../dockerfile-tool';
import type { DockerBuilder } from './engine-facts';
import { failedBuildHint } from '../dockerfile/failed-build-hint';

export interface DockerBuild extends DockerfileBuild {
  readonly builder: DockerBuilder;
}

/**
 * Lets the engine build a Dockerfile and names the result.
 *
 * @throws OciError `ENGINE_FAILED` when a step fails; the builder's own output went to `print`.
 */
export async function buildDockerImage(context: DockerContext, request: DockerBuild): Promise<Digest> {
  const imageIdFile = join(request.scratch, 'image-id');
  const args = buildArguments(request.options, { ...request, imageIdFile });
  const call = dockerCall(context, args, { env: buildEnvironment(request.builder, context.env), onLine: request.print });
  await runToolOrFail(call, buildPurpose(request, context.workspaceRoot));
  return parseDigest((await readFile(imageIdFile, 'utf8')).trim());
}

function buildPurpose({ project, options }: DockerBuild, workspaceRoot: string) {
  return dockerPurpose(`build the image of ${project}`, failedBuildHint(options, workspaceRoot));
}
