import { portablePath } from '@nx-oci/model';
import { formatBuildContext } from '../options/builder-options';
import type { DockerfileOptions } from '../options/dockerfile-options';

/**
 * The options independent of this machine: with paths relative to the workspace root, and without what only decides where and how
 * fast it is built.
 */
export function describeDockerfileBuild(
  {
    builder: _where,
    cacheFrom: _from,
    cacheTo: _to,
    pull: _pull,
    export: _export,
    stamp: _stamp,
    pushTo: _pushTo,
    ssh,
    buildContexts,
    ...options
  }: DockerfileOptions,
  workspaceRoot: string,
) {
  const portable = (path: string) => portablePath(workspaceRoot, path);
  const contexts = Object.entries(buildContexts ?? {}).map(([name, source]) => [
    name,
    formatBuildContext(source.kind === 'remote' ? source : { ...source, path: portable(source.path) }),
  ]);
  return {
    ...options,
    ...(ssh && { ssh: ssh.map(({ id }) => id) }),
    ...(contexts.length > 0 && { buildContexts: Object.fromEntries(contexts) as Readonly<Record<string, string>> }),
    dockerfile: portable(options.dockerfile),
    context: portable(options.context),
    secrets: options.secrets.map(({ id }) => id),
  };
}
