import { createBuildxTool } from '../buildx/buildx-tool';
import { createContainersTool } from '../containers/containers-tool';
import { createDockerTool } from '../docker/docker-tool';
import type { DockerfileTool, ToolContext } from '../dockerfile/dockerfile-tool';
import type { DockerfileEngine } from '../options/engine-names';

/** The tools that build Dockerfiles, one for each engine. */
export const DOCKERFILE_TOOLS: Readonly<Record<DockerfileEngine, (context: ToolContext) => DockerfileTool>> = {
  docker: createDockerTool,
  buildx: createBuildxTool,
  podman: (context) => createContainersTool({ ...context, tool: 'podman' }),
  buildah: (context) => createContainersTool({ ...context, tool: 'buildah' }),
};
