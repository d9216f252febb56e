import { OciError } from '@nx-oci/model';
import { z } from 'zod';

import { matchSchema } from '../../text/match-schema';
import { lastLines, runTool, type ToolOutcome } from '../tools/run-tool';
import { dockerCall, dockerPurpose, type DockerContext } from './docker-call';

/**
 * What executes a Dockerfile: the buildx plugin, the BuildKit client that is part of `docker` before 23, or the legacy builder.
 */
export type DockerBuilder = 'buildx' | 'buildkit' | 'legacy';

export interface EngineFacts {
  readonly clientVersion: string;
  readonly serverVersion: string;
  readonly builder: DockerBuilder;
}

// As [major, minor]. Docker's versions are not semantic versions: 19.03 has a leading zero.
const OLDEST_SERVER = [20, 10] as const;
const FIRST_CLIENT_WITHOUT_BUILDKIT = [23, 0] as const;

const versionSchema = z.object({
  Client: z.object({ Version: z.string(), Context: z.string().optional() }),
  Server: z.object({ Version: z.string() }).nullish(),
});

type Versions = z.infer<typeof versionSchema>;

/**
 * Asks client and engine for their versions. A `docker` command that answers `--version` does not prove that an engine runs.
 *
 * @throws OciError `ENGINE_MISSING` without a `docker` command, `ENGINE_UNREACHABLE` when no engine answers, or one that is too
 *   old.
 */
export async function readEngineFacts(context: DockerContext): Promise<EngineFacts> {
  const purpose = dockerPurpose('ask Docker for its version');
  const outcome = await runTool(dockerCall(context, ['version', '--format', '{{json .}}']), purpose);
  const versions = parseVersions(outcome.stdout);
  const serverVersion = versions?.Server?.Version;
  if (versions === undefined || serverVersion === undefined) throw unreachable(await readEndpoint(context, versions), outcome);
  if (isOlder(serverVersion, OLDEST_SERVER)) {
    throw new OciError('ENGINE_UNREACHABLE', `Cannot use Docker Engine ${serverVersion}: it is older than 20.10.`, {
      hint: 'Install Docker Engine 20.10 or newer, or set `engine` to `native`.',
    });
  }
  return { clientVersion: versions.Client.Version, serverVersion, builder: await findBuilder(context, versions.Client.Version) };
}

async function findBuilder(context: DockerContext, clientVersion: string): Promise<DockerBuilder> {
  if (context.env.DOCKER_BUILDKIT === '0') return 'legacy';
  const { exitCode } = await runTool(dockerCall(context, ['buildx', 'version']), dockerPurpose('ask for the buildx plugin'));
  if (exitCode === 0) return 'buildx';
  // Since 23.0 the client has no BuildKit of its own: without the plugin it warns and uses the legacy builder.
  return isOlder(clientVersion, FIRST_CLIENT_WITHOUT_BUILDKIT) ? 'buildkit' : 'legacy';
}

/** A version without numbers, as of a custom build, counts as new. */
export function isOlder(version: string, [major, minor]: readonly [major: number, minor: number]): boolean {
  const [, ownMajor, ownMinor] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  if (ownMajor === undefined) return false;
  return Number(ownMajor) < major || (Number(ownMajor) === major && Number(ownMinor) < minor);
}

function parseVersions(text: string): Versions | undefined {
  try {
    return matchSchema(versionSchema, JSON.parse(text)).data;
  } catch {
    // Some versions print a sentence instead of JSON when no engine answers.
    return undefined;
  }
}

/** Describes where the client looked for an engine. */
async function readEndpoint(context: DockerContext, versions: Versions | undefined): Promise<string> {
  const { DOCKER_HOST: host } = context.env;
  if (host !== undefined && host !== '') return `${host} (DOCKER_HOST)`;
  const call = dockerCall(context, ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}']);
  const { exitCode, stdout } = await runTool(call, dockerPurpose('ask for the Docker context'));
  const name = versions?.Client.Context ?? 'default';
  return exitCode === 0 ? `${stdout.trim()} (context "${name}")` : `the context "${name}"`;
}

function unreachable(endpoint: string, outcome: ToolOutcome): OciError {
  const said = lastLines(outcome);
  const message = `Cannot reach Docker Engine: the docker command is installed, but no engine answers at ${endpoint}.${said && `\n${said}`}`;
  return new OciError('ENGINE_UNREACHABLE', message, { hint: nextStep(outcome) });
}

function nextStep(outcome: ToolOutcome): string {
  if (/permission denied/i.test(outcome.stderr)) {
    return 'Give your user access to the engine (`sudo usermod -aG docker $USER`, then log in again), or set `engine` to `native`.';
  }
  return 'Start Docker Desktop or run `sudo systemctl start docker`, point DOCKER_HOST at an engine, or set `engine` to `native`.';
}
