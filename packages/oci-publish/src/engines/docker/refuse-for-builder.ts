import type { BuilderOptions } from '../options/builder-options';
import type { DockerfileOptions } from '../options/dockerfile-options';
import { problemsToError } from '../../text/problem';
import { isOlder, type EngineFacts } from './engine-facts';

type Refusable = 'secrets' | keyof BuilderOptions;

// The BuildKit client that is part of `docker` before 23 has no arguments for the last two.
const UNKNOWN_TO: Readonly<Record<EngineFacts['builder'], readonly Refusable[]>> = {
  legacy: ['secrets', 'ssh', 'buildContexts', 'cacheTo'],
  buildkit: ['buildContexts', 'cacheTo'],
  buildx: [],
};

// Before, BuildKit in the engine ignores them without a word.
const FIRST_WITH_LIMITS = [23, 0] as const;

/**
 * Refuses options that the builder of this Docker Engine ignores or does not know, all together.
 *
 * @throws OciError `OPTIONS_INVALID`
 */
export function refuseForBuilder(
  options: DockerfileOptions,
  { builder, serverVersion }: Pick<EngineFacts, 'builder' | 'serverVersion'>,
): void {
  const isSet = (name: Refusable): boolean => (name === 'secrets' ? options.secrets.length > 0 : options[name] !== undefined);
  const lacks = builder === 'legacy' ? 'BuildKit' : 'buildx';
  const problems = UNKNOWN_TO[builder]
    .filter(isSet)
    .map((name) => `\`${name}\`: this docker command builds without ${lacks} → ${INSTALL_BUILDX}`);
  for (const { type } of builder === 'buildx' ? [] : (options.cacheFrom ?? [])) {
    if (type !== 'registry')
      problems.push(`\`cacheFrom\` of type ${type}: this docker command builds without ${lacks} → ${INSTALL_BUILDX}`);
  }
  const ignored: readonly Refusable[] = builder !== 'legacy' && isOlder(serverVersion, FIRST_WITH_LIMITS) ? ['ulimits', 'shmSize'] : [];
  for (const name of ignored.filter(isSet)) {
    problems.push(`\`${name}\`: BuildKit in Docker Engine ${serverVersion} ignores it → ${UPDATE_ENGINE}`);
  }
  if (problems.length > 0) throw problemsToError('OPTIONS_INVALID', 'Cannot build with the engine docker', problems);
}

const INSTALL_BUILDX = 'install the buildx plugin (package docker-buildx-plugin, or docker-buildx), and do not set DOCKER_BUILDKIT=0';
const UPDATE_ENGINE = 'update it to 23 or newer, build without BuildKit (DOCKER_BUILDKIT=0), or set `engine` to podman or buildah';
