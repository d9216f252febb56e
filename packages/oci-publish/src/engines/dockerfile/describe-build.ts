import { portablePath } from '../names/digest-build';
import type { DockerfileOptions } from '../options/dockerfile-options';

/** The options without this machine: paths from the workspace root. */
export function describeDockerfileBuild(options: DockerfileOptions, workspaceRoot: string) {
  const portable = (path: string) => portablePath(workspaceRoot, path);
  return {
    ...options,
    dockerfile: portable(options.dockerfile),
    context: portable(options.context),
    secrets: options.secrets.map(({ id }) => id),
  };
}
