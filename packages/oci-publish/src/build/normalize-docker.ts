import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';

import { formatPlatform, portablePath } from '@nx-oci/model';

import { findDockerfile } from '../engines/options/detect-engine';
import type { DockerfileOptions } from '../engines/options/dockerfile-options';
import type { DockerfileEngine } from '../engines/options/engine-names';
import { type ReadingContext } from './option-problems';
import { readBuilderOptions } from './builder-options/read-builder-options';
import { readSecrets } from './builder-options/read-secrets';
import { readCompression } from './read-compression';
import { readPlatforms } from './read-platforms';
import type { WrittenOptions } from './written-options';

export async function normalizeDocker(
  written: WrittenOptions,
  engine: DockerfileEngine,
  context: ReadingContext,
): Promise<DockerfileOptions> {
  const { reportProblem } = context;
  const { buildArgs = {}, secrets = [], labels, compression, noCache = false, stage, network, builder } = written;
  return {
    dockerfile: (await readDockerfile(written, context)) ?? '',
    context: await readContext(written, context),
    buildArgs: Object.fromEntries(Object.entries(buildArgs).map(([name, value]) => [name, value ?? undefined])),
    secrets: await readSecrets(secrets, context),
    labels,
    noCache,
    ...(stage === undefined ? {} : { stage }),
    ...(network === undefined ? {} : { network }),
    ...(builder === undefined ? {} : { builder: readBuilder(builder, context) }),
    ...readAskedPlatforms(written, context),
    ...readCompression(compression, reportProblem),
    ...(await readBuilderOptions(written, engine, context)),
  };
}

/** Empty for what the builder makes by itself. One platform is no index, however it is written. */
function readAskedPlatforms(written: WrittenOptions, { reportProblem }: ReadingContext): Pick<DockerfileOptions, 'platform' | 'platforms'> {
  if (written.platform === undefined && written.platforms === undefined) return {};
  const [first, ...others] = readPlatforms(written, reportProblem).map(formatPlatform);
  if (first === undefined) return {};
  return others.length === 0 ? { platform: first } : { platforms: [first, ...others] };
}

/** @see https://github.com/docker/buildx/blob/v0.38.2/store/util.go for the names of builders */
function readBuilder(builder: string, { reportProblem }: ReadingContext): string {
  if (!/^[a-zA-Z0-9][\w.-]*$/.test(builder)) {
    reportProblem(`\`builder\` is "${builder}", which is no name of a builder → \`docker buildx ls\` lists them`);
  }
  return builder;
}

async function readDockerfile({ dockerfile }: WrittenOptions, { location, reportProblem }: ReadingContext): Promise<string | undefined> {
  const { workspaceRoot, projectRoot } = location;
  const found = await findDockerfile(projectRoot);
  if (dockerfile === undefined) {
    const folder = portablePath(workspaceRoot, projectRoot) || '.';
    if (found === undefined) {
      reportProblem(`${folder} has no Dockerfile → write one, set \`dockerfile\`, or set \`engine\` to native`);
    }
    return found;
  }
  const path = resolve(workspaceRoot, dockerfile);
  if ((await kindOf(path)) === 'file') return path;
  const meant =
    found === undefined ? 'paths are relative to the workspace root' : `did you mean \`${portablePath(workspaceRoot, found)}\`?`;
  reportProblem(`\`dockerfile\`: ${dockerfile} does not exist → ${meant}`);
  return undefined;
}

async function readContext({ context }: WrittenOptions, { location, reportProblem }: ReadingContext): Promise<string> {
  if (context === undefined) return location.projectRoot;
  const path = resolve(location.workspaceRoot, context);
  if ((await kindOf(path)) !== 'folder')
    reportProblem(`\`context\`: the folder ${context} does not exist → paths are relative to the workspace root`);
  return path;
}

async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  return found.isDirectory() ? 'folder' : 'file';
}
