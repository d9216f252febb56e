import { OciError } from '@nx-oci/model';

import { dockerfileArguments } from '../dockerfile/dockerfile-arguments';
import type { DockerfileOptions } from '../options/dockerfile-options';
import type { DockerBuilder } from './engine-facts';

/** What the engine adds to the options of a build. */
export interface BuildExtras {
  readonly builder: DockerBuilder;
  /** Where the engine writes the id of the image. */
  readonly imageIdFile: string;
  /** Local `name:tag`. */
  readonly name: string;
  /** Ours; they take precedence over labels in the options. */
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * The command line of a Dockerfile build.
 *
 * @throws OciError `OPTIONS_INVALID` when an option needs BuildKit, which is not available.
 */
export function buildArguments(options: DockerfileOptions, extras: BuildExtras): readonly string[] {
  if (extras.builder === 'legacy' && options.secrets.length > 0) throw secretsNeedBuildKit();
  return [
    'build',
    `--iidfile=${extras.imageIdFile}`,
    `--tag=${extras.name}`,
    ...dockerfileArguments(options, extras.labels),
    // Without this option, a builder outside of the engine does not load its result into it.
    ...(extras.builder === 'buildx' ? ['--load'] : []),
    // By default, the legacy builder leaves the container of a failed step behind.
    extras.builder === 'legacy' ? '--force-rm' : '--progress=plain',
    options.context,
  ];
}

/** Environment of the builder. @param env of the user. */
export function buildEnvironment(builder: DockerBuilder, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    ...(builder === 'legacy' ? withoutBuildKit(env) : { DOCKER_BUILDKIT: '1' }),
    // An attestation turns a single image into an index, and contains times: the digest would change with every build.
    BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
  };
}

/**
 * A client without BuildKit explains how to install it, unless BuildKit is switched off; if it is switched on, the client fails.
 */
function withoutBuildKit({ DOCKER_BUILDKIT: wish }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return wish === undefined ? {} : { DOCKER_BUILDKIT: '0' };
}

function secretsNeedBuildKit(): OciError {
  return new OciError('OPTIONS_INVALID', 'Cannot use the option `secrets`: this docker command builds without BuildKit.', {
    hint: 'Install the buildx plugin (package docker-buildx-plugin, or docker-buildx), and do not set DOCKER_BUILDKIT=0.',
  });
}
