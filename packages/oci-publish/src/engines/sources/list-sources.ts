import { portablePath } from '../names/digest-build';
import { type DockerfileOptions } from '../options/dockerfile-options';
import { type DockerfileEngine } from '../options/engine-names';
import { type NativeBuildOptions, type NativeSource } from '../options/native-options';
import { copiedSources } from './copied-sources';
import { ignoreFilesOf } from './named-paths';
import { readTextIn } from './read-text';
import { type TrackedSource } from './tracked-source';

/**
 * All sources on this machine that go into an image from files. Pure.
 *
 * @param sources of each layer, as they are packed.
 */
export function nativeSources(
  { base }: Pick<NativeBuildOptions, 'base'>,
  sources: readonly NativeSource[],
  workspaceRoot: string,
): readonly TrackedSource[] {
  const portable = (path: string) => portablePath(workspaceRoot, path);
  return [
    ...(base.kind === 'layout' ? [{ kind: 'layout', option: 'base', path: portable(base.folder) } as const] : []),
    ...sources.map((source) => ({ ...source, kind: 'layer', option: 'layers', from: portable(source.from) }) as const),
  ];
}

type LookedOptions = Pick<DockerfileOptions, 'dockerfile' | 'context' | 'secrets' | 'buildArgs' | 'stage'>;

/**
 * The same of an image from a Dockerfile. A value of a build argument that options give is among them already. Reads the
 * Dockerfile: of its context only what it copies counts.
 */
export function dockerfileSources(
  { dockerfile, context, secrets, buildArgs, stage }: LookedOptions,
  workspaceRoot: string,
  engine: DockerfileEngine,
): readonly TrackedSource[] {
  const portable = (path: string) => portablePath(workspaceRoot, path);
  // Podman sends a file of that name through a preprocessor first.
  const text = dockerfile.endsWith('.in') ? undefined : readTextIn(workspaceRoot)(portable(dockerfile));
  const copied = text === undefined ? undefined : copiedSources(text, { buildArgs, ...(stage !== undefined && { stage }) });
  const variables = Object.entries(buildArgs).flatMap(([name, value]) => (value === undefined ? [name] : []));
  return [
    { kind: 'file', option: 'dockerfile', path: portable(dockerfile) },
    ...ignoreFilesOf(dockerfile, context, engine).map((file) => ({ kind: 'file', option: 'context', path: portable(file) }) as const),
    ...secrets.flatMap(({ src }, index) =>
      src === undefined ? [] : [{ kind: 'secret', option: `secrets[${index}].src`, path: portable(src) } as const],
    ),
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
