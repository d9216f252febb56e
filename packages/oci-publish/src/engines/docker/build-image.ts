import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { OciError, parseDigest, readTextFile, type Digest, portablePath } from '@nx-oci/model';

import { runToolOrFail } from '../tools/run-tool';
import { buildArguments, buildEnvironment } from './build-arguments';
import { dockerCall, dockerPurpose, type DockerContext } from './docker-call';
import type { DockerfileBuild } from '../dockerfile/dockerfile-tool';
import type { EngineFacts } from './engine-facts';
import { usesCaches } from '../dockerfile/builder-arguments';
import { makeDockerConfigFolder } from '../dockerfile/login-folder';
import { failedBuildHint } from '../dockerfile/failed-build-hint';

export interface DockerBuild extends DockerfileBuild {
  readonly engine: Pick<EngineFacts, 'builder' | 'serverVersion'>;
}

/**
 * Builds a Dockerfile in the engine and names the result.
 *
 * @throws OciError `OPTIONS_INVALID` if the builder would not read an existing ignore file; `ENGINE_FAILED` when a step fails,
 *   after the builder's output went to `print`.
 */
export async function buildDockerImage(context: DockerContext, request: DockerBuild): Promise<Digest> {
  if (request.engine.builder === 'legacy') await refuseIgnoreFile(request, context.workspaceRoot);
  const imageIdFile = join(request.scratch, 'image-id');
  const args = buildArguments(request.options, { ...request, imageIdFile });
  const logins = usesCaches(request.options) ? await context.findLogins?.() : undefined;
  const config = await makeDockerConfigFolder(context.env, logins ?? []);
  try {
    const more = { env: buildEnvironment(request.engine.builder, context.env), onLine: request.print };
    await runToolOrFail(dockerCall({ ...context, env: config.env }, args, more), buildPurpose(request, context.workspaceRoot));
  } finally {
    await config.remove();
  }
  return parseDigest((await readFile(imageIdFile, 'utf8')).trim());
}

/** The excluded files, perhaps secrets, would be in the image: Docker's legacy builder silently ignores this file. */
async function refuseIgnoreFile({ project, options }: DockerBuild, workspaceRoot: string): Promise<void> {
  const file = `${options.dockerfile}.dockerignore`;
  if ((await readTextFile(file)) === undefined) return;
  const [name, other] = [file, join(options.context, '.dockerignore')].map((path) => portablePath(workspaceRoot, path));
  throw new OciError(
    'OPTIONS_INVALID',
    `Cannot build the image of ${project}: this docker command builds without BuildKit, and so does not read ${name}.`,
    {
      hint: `Install the buildx plugin (package docker-buildx-plugin, or docker-buildx), and do not set DOCKER_BUILDKIT=0; or list the excluded files in ${other}.`,
    },
  );
}

function buildPurpose({ project, options }: DockerBuild, workspaceRoot: string) {
  return dockerPurpose(`build the image of ${project}`, failedBuildHint(options, workspaceRoot));
}
