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
  /** Ours; they win over labels of the options. */
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * The command line of a Dockerfile build.
 *
 * @throws OciError `OPTIONS_INVALID` when an option needs BuildKit and there is none.
 */
export function buildArguments(options: DockerfileOptions, extras: BuildExtras): readonly string[] {
  if (extras.builder === 'legacy' && options.secrets.length > 0) throw secretsNeedBuildKit();
  return [
    'build',
    `--iidfile=${extras.imageIdFile}`,
    `--tag=${extras.name}`,
    ...dockerfileArguments(options, extras.labels),
    // A builder that is not part of the engine keeps its result unless this option loads it.
    ...(extras.builder === 'buildx' ? ['--load'] : []),
    // The legacy builder leaves the container of a step that failed behind.
    extras.builder === 'legacy' ? '--force-rm' : '--progress=plain',
    options.context,
  ];
}

/** Environment of the builder. @param env of the user. */
export function buildEnvironment(builder: DockerBuilder, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    ...(builder === 'legacy' ? withoutBuildKit(env) : { DOCKER_BUILDKIT: '1' }),
    // An attestation makes an index of a single image and holds times: the image would have another digest each time.
    BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
  };
}

/** A client without BuildKit says how to get it, unless BuildKit is switched off; if it is switched on, the client fails. */
function withoutBuildKit({ DOCKER_BUILDKIT: wish }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return wish === undefined ? {} : { DOCKER_BUILDKIT: '0' };
}

function secretsNeedBuildKit(): OciError {
  return new OciError('OPTIONS_INVALID', 'Cannot use the option `secrets`: this docker command builds without BuildKit.', {
    hint: 'Install the buildx plugin (package docker-buildx-plugin, or docker-buildx), and do not set DOCKER_BUILDKIT=0.',
  });
}
