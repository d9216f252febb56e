import type { RegistryLogin } from '../dockerfile/dockerfile-tool';
import type { ToolCall, ToolPurpose } from '../tools/run-tool';

/** The builders of Dockerfiles that need no daemon and can write an OCI image layout. They accept the same arguments. */
export type ContainersTool = 'podman' | 'buildah';

/** Shared by all calls of one run. Created once per run; nothing is read from `process`. */
export interface ContainersContext {
  readonly tool: ContainersTool;
  /** The whole environment of each call: `CONTAINERS_STORAGE_CONF`, `BUILDAH_ISOLATION`, `REGISTRY_AUTH_FILE`, `HOME` … */
  readonly env: NodeJS.ProcessEnv;
  /** Absolute. */
  readonly workspaceRoot: string;
  readonly signal?: AbortSignal;
  /** Those of registries.yaml, for caches. */
  readonly findLogins?: () => Promise<readonly RegistryLogin[]>;
}

/** One call of the tool. */
export function containersCall(context: ContainersContext, args: readonly string[], more: Pick<ToolCall, 'onLine'> = {}): ToolCall {
  const { tool, env, workspaceRoot, signal } = context;
  return { program: tool, args, env, cwd: workspaceRoot, ...(signal === undefined ? {} : { signal }), ...more };
}

const INSTALL: Readonly<Record<ContainersTool, string>> = {
  podman: 'Install podman (https://podman.io/docs/installation), or build without it: set `engine` to `docker` or `native`.',
  buildah: 'Install buildah (https://buildah.io), or build without it: set `engine` to `podman`, `docker` or `native`.',
};

export function containersPurpose({ tool }: ContainersContext, purpose: string, hint?: string): ToolPurpose {
  return { purpose, install: INSTALL[tool], ...(hint === undefined ? {} : { hint }) };
}
