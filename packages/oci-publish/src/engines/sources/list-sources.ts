import { portablePath } from '@nx-oci/model';
import { type DockerfileOptions } from '../options/dockerfile-options';
import { type DockerfileEngine } from '../options/engine-names';
import { type NativeBuildOptions, type NativeSource } from '../options/native-options';
import { copiedSources } from './copied-sources';
import { ignoreFilesOf } from './named-paths';
import { readTextIn } from './read-text';
import { type TrackedSource } from './tracked-source';

/**
 * All sources on this machine of an image from files. Pure.
 *
 * @param sources of each layer, as packed.
 */
export function nativeSources(
  { base }: Pick<NativeBuildOptions, 'base'>,
  sources: readonly NativeSource[],
  workspaceRoot: string,
): readonly TrackedSource[] {
  const portable = (path: string) => portablePath(workspaceRoot, path);
  return [
    ...('folder' in base ? [{ kind: 'layout', option: 'base', path: portable(base.folder) } as const] : []),
    ...sources.map((source) => ({ ...source, kind: 'layer', option: 'layers', from: portable(source.from) }) as const),
  ];
}

type LookedOptions = Pick<DockerfileOptions, 'dockerfile' | 'context' | 'secrets' | 'buildArgs' | 'stage' | 'buildContexts' | 'ssh'>;

/**
 * The same for an image from a Dockerfile. Build arguments with a value in the options are not sources: the options are compared
 * separately. Reads the Dockerfile: only what it copies from its context counts.
 */
export function dockerfileSources(
  { dockerfile, context, secrets, buildArgs, stage, buildContexts = {}, ssh = [] }: LookedOptions,
  workspaceRoot: string,
  engine: DockerfileEngine,
): readonly TrackedSource[] {
  const portable = (path: string) => portablePath(workspaceRoot, path);
  // Podman runs a file of that name through a preprocessor first.
  const text = dockerfile.endsWith('.in') ? undefined : readTextIn(workspaceRoot)(portable(dockerfile));
  const copied = text === undefined ? undefined : copiedSources(text, { buildArgs, ...(stage !== undefined && { stage }) });
  const variables = Object.entries(buildArgs).flatMap(([name, value]) => (value === undefined ? [name] : []));
  return [
    { kind: 'file', option: 'dockerfile', path: portable(dockerfile) },
    ...ignoreFilesOf(dockerfile, context, engine).map((file) => ({ kind: 'file', option: 'context', path: portable(file) }) as const),
    ...secrets.flatMap(({ src }, index) =>
      src === undefined ? [] : [{ kind: 'secret', option: `secrets[${index}].src`, path: portable(src) } as const],
    ),
    ...ssh.flatMap(({ paths }, index) => paths.map((path) => ({ kind: 'secret', option: `ssh[${index}]`, path: portable(path) }) as const)),
    ...Object.entries(buildContexts).flatMap(([name, source]): readonly TrackedSource[] => {
      const option = `buildContexts.${name}`;
      if (source.kind === 'remote') return [];
      const path = portable(source.path) || '.';
      return [source.kind === 'layout' ? { kind: 'layout', option, path } : { kind: 'context', option, path, engine }];
    }),
    ...variables.map((name) => ({ kind: 'variable', option: `buildArgs.${name}`, name }) as const),
    {
      kind: 'context',
      option: 'context',
      path: portable(context) || '.',
      dockerfile: portable(dockerfile),
      engine,
      ...(copied && { copied }),
    },
  ];
}
