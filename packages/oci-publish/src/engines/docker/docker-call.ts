import type { ContentSource, ImageReference } from '@nx-oci/model';

import type { RegistryLogin } from '../dockerfile/dockerfile-tool';
import type { ToolCall, ToolPurpose } from '../tools/run-tool';

/** Shared by all calls of one run. Created once per run; nothing is read from `process`. */
export interface DockerContext {
  /** The whole environment of each call: `DOCKER_HOST`, `DOCKER_CONTEXT`, `DOCKER_CONFIG`, `PATH`, `HOME` … */
  readonly env: NodeJS.ProcessEnv;
  /** Absolute. */
  readonly workspaceRoot: string;
  readonly signal?: AbortSignal;
  /** Those of registries.yaml, for builders that read caches and push; all others are the user's own. */
  readonly findLogins?: () => Promise<readonly RegistryLogin[]>;
  /** For images that a builder pushed. */
  readonly openRepository?: (reference: ImageReference) => Promise<ContentSource>;
}

/** One call of the `docker` command. */
export function dockerCall(context: DockerContext, args: readonly string[], more: Partial<ToolCall> = {}): ToolCall {
  return {
    program: 'docker',
    args,
    cwd: context.workspaceRoot,
    ...(context.signal === undefined ? {} : { signal: context.signal }),
    ...more,
    // Hints ("What's next: …") are advertisements in the output that we parse.
    env: { ...context.env, DOCKER_CLI_HINTS: 'false', ...more.env },
  };
}

export function dockerPurpose(purpose: string, hint?: string): ToolPurpose {
  return {
    purpose,
    install:
      'Install Docker Engine 20.10 or newer (https://docs.docker.com/engine/install), or build without one: set `engine` to `native`.',
    ...(hint === undefined ? {} : { hint }),
  };
}
