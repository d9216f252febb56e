import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { parseDigest, type Digest } from '@nx-oci/model';

import { runToolOrFail } from '../run-tool';
import { makeTemporaryFolder } from '../temporary-folder';
import { buildArguments, buildEnvironment, type BuildExtras } from './build-arguments';
import { dockerCall, dockerPurpose, type DockerContext } from './docker-call';
import type { DockerfileOptions } from '../dockerfile/dockerfile-options';
import { failedBuildHint } from '../dockerfile/failed-build-hint';

export interface DockerBuildRequest extends Omit<BuildExtras, 'imageIdFile'> {
  readonly project: string;
  readonly options: DockerfileOptions;
  /** Gets the builder's own output. */
  readonly print: (line: string) => void;
}

/**
 * Lets the engine build a Dockerfile and names the result.
 *
 * @throws OciError `ENGINE_FAILED` when a step fails; the builder's own output went to `print`.
 */
export async function buildDockerImage(context: DockerContext, request: DockerBuildRequest): Promise<Digest> {
  const scratch = await makeTemporaryFolder('build');
  try {
    const imageIdFile = join(scratch.folder, 'image-id');
    const args = buildArguments(request.options, { ...request, imageIdFile });
    const call = dockerCall(context, args, { env: buildEnvironment(request.builder, context.env), onLine: request.print });
    await runToolOrFail(call, buildPurpose(request, context.workspaceRoot));
    return parseDigest((await readFile(imageIdFile, 'utf8')).trim());
  } finally {
    await scratch.remove();
  }
}

function buildPurpose({ project, options }: DockerBuildRequest, workspaceRoot: string) {
  return dockerPurpose(`build the image of ${project}`, failedBuildHint(options, workspaceRoot));
}
