import { builderArguments } from '../dockerfile/builder-arguments';
import { dockerfileArguments } from '../dockerfile/dockerfile-arguments';
import type { DockerfileOptions } from '../options/dockerfile-options';
import type { EngineFacts } from './engine-facts';
import { refuseForBuilder } from './refuse-for-builder';

/** What the engine adds to the options of a build. */
export interface BuildExtras {
  readonly engine: Pick<EngineFacts, 'builder' | 'serverVersion'>;
  /** Where the engine writes the id of the image. */
  readonly imageIdFile: string;
  /** Local `name:tag`. */
  readonly name: string;
  /** Absolute; replaces the one of the options. */
  readonly dockerfile?: string;
  /** Ours; they take precedence over labels in the options. */
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * The command line of a Dockerfile build.
 *
 * @throws OciError `OPTIONS_INVALID` when this engine would ignore options, or does not know them.
 */
export function buildArguments(options: DockerfileOptions, extras: BuildExtras): readonly string[] {
  const { builder } = extras.engine;
  refuseForBuilder(options, extras.engine);
  return [
    'build',
    `--iidfile=${extras.imageIdFile}`,
    `--tag=${extras.name}`,
    ...dockerfileArguments(options, extras.labels, extras.dockerfile),
    ...(options.pull ? ['--pull'] : []),
    ...builderArguments(options, builder === 'buildx' ? 'typed' : 'plain'),
    // Without this option, a builder outside of the engine does not load its result into it.
    ...(builder === 'buildx' ? ['--load'] : []),
    // By default, the legacy builder leaves the container of a failed step behind.
    builder === 'legacy' ? '--force-rm' : '--progress=plain',
    options.context,
  ];
}

/** Environment of the builder. @param env of the user. */
export function buildEnvironment(builder: EngineFacts['builder'], env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
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
