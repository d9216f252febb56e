import { dockerCall, type DockerContext } from '../docker/docker-call';
import type { ToolCall, ToolPurpose } from '../tools/run-tool';

/** One call of `docker buildx`. @param builder by its name; the current one by default. */
export function buildxCall(
  context: DockerContext,
  [command = '', ...args]: readonly string[],
  builder: string | undefined,
  more: Partial<ToolCall> = {},
): ToolCall {
  const named = builder === undefined ? [] : [`--builder=${builder}`];
  return dockerCall(context, ['buildx', command, ...named, ...args], {
    ...more,
    env: {
      BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
      // Names the base images in the metadata.
      BUILDX_METADATA_PROVENANCE: 'min',
      // Bake asks whether a file outside of the current folder may be read or written. The options decide about that, and the bake
      // file is ours.
      BUILDX_BAKE_ENTITLEMENTS_FS: '0',
    },
  });
}

export function buildxPurpose(purpose: string, hint?: string): ToolPurpose {
  return { purpose, install: INSTALL, ...(hint === undefined ? {} : { hint }) };
}

export const INSTALL =
  'Install the docker command with its buildx plugin (package docker-buildx-plugin, or docker-buildx; no engine is needed for a builder elsewhere), or build without them: `engine: podman`, `buildah` or `native`.';
