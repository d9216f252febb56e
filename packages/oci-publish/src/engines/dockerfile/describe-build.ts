import { portablePath } from '../names/digest-build';
import type { DockerfileOptions } from '../options/dockerfile-options';

/** The options independent of this machine: with paths relative to the workspace root. */
export function describeDockerfileBuild(options: DockerfileOptions, workspaceRoot: string) {
  const portable = (path: string) => portablePath(workspaceRoot, path);
  return {
    ...options,
    dockerfile: portable(options.dockerfile),
    context: portable(options.context),
    secrets: options.secrets.map(({ id }) => id),
  };
}
