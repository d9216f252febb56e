import { posix } from 'node:path';

import { type BuildContextSource, parseBuildContext } from '../options/builder-options';
import { DOCKERFILE_NAMES, engineOf, type EngineHints } from '../options/detect-engine';
import { type ReadingOptions } from '../dockerfile/read-dockerfile';
import { ENGINE_NAMES, type DockerfileEngine } from '../options/engine-names';
import { pathsFor, writtenPlatforms } from '../options/platform-paths';
import { readSshAccess } from '../options/ssh-access';
import { copiedPaths } from './context-inputs';

/** A file or folder of the workspace that the options of an image target name, or that its builder reads implicitly. */
export interface NamedPath {
  /** The option that names it: `dockerfile`, `layers[0].from`. */
  readonly option: string;
  /** From the workspace root, with `/`; `.` is the root itself, and paths outside begin with `..`. */
  readonly path: string;
  /** A secret: only its presence counts, and its value is neither hashed nor watched. */
  readonly isSecret?: true;
}

/**
 * The files that the options of an image target name, as written in the project graph. Inferred inputs, the plan, the dirty check
 * and the doctor all use this list. Pure.
 *
 * @param written not validated: invalid options name nothing here, since the build reports them.
 * @param projectRoot from the workspace root.
 * @param readText of a file, relative to the workspace root. For a context in another folder, only what the Dockerfile copies is
 *   named; all of it if the text is unknown.
 */
export function namedPaths(written: unknown, projectRoot: string, readText: ReadText = () => undefined): readonly NamedPath[] {
  const options = (written ?? {}) as Readonly<Record<string, unknown>>;
  const engine = engineOf(hintsIn(options));
  const named = [
    ...(engine === 'native' ? [] : dockerfilePaths(options, projectRoot, readText)),
    ...(engine === undefined || engine === 'native' ? nativePaths(options) : []),
  ];
  return [...new Map(named.map((one) => [`${one.isSecret === true} ${one.path}`, one])).values()];
}

export function hintsIn(options: Readonly<Record<string, unknown>>): EngineHints {
  return { ...options, engine: ENGINE_NAMES.find((name) => name === options['engine']) };
}

/** The text of a file, if it can be read. */
export interface ReadText {
  (path: string): string | undefined;
  /** The target of the links on its path, if there are any and they stay in the workspace. */
  readonly targetOf?: (path: string) => string | undefined;
}

function dockerfilePaths(options: Readonly<Record<string, unknown>>, projectRoot: string, readText: ReadText): readonly NamedPath[] {
  const { dockerfile, context, secrets, buildContexts, ssh } = options;
  const files = typeof dockerfile === 'string' ? [dockerfile] : DOCKERFILE_NAMES.map((name) => posix.join(projectRoot, name));
  const folder = typeof context === 'string' ? context : projectRoot;
  return [
    ...withTargets(files, readText).map((path) => ({ option: 'dockerfile', path })),
    ...withTargets(
      files.flatMap((file) => ignoreFilesOf(file, folder)),
      readText,
    ).map((path) => ({ option: 'context', path })),
    // For the project's own folder, the inputs decide: a Dockerfile rarely reads all of it.
    ...(typeof context === 'string' ? contextPaths(files, portable(folder), { options, readText }) : []),
    ...textsIn(secrets, 'src').map(({ text, index }) => ({
      option: `secrets[${index}].src`,
      path: portable(text),
      isSecret: true as const,
    })),
    ...buildContextPaths(buildContexts),
    ...sshPaths(ssh),
  ];
}

function buildContextPaths(buildContexts: unknown): readonly NamedPath[] {
  return Object.entries(readContexts(buildContexts)).flatMap(([name, source]) =>
    source.kind === 'remote' ? [] : [{ option: `buildContexts.${name}`, path: portable(source.path) }],
  );
}

function readContexts(written: unknown): Readonly<Record<string, BuildContextSource>> {
  if (typeof written !== 'object' || written === null) return {};
  const texts = Object.entries(written as Readonly<Record<string, unknown>>);
  return Object.fromEntries(texts.flatMap(([name, text]) => (typeof text === 'string' ? [[name, parseBuildContext(text)] as const] : [])));
}

function sshPaths(ssh: unknown): readonly NamedPath[] {
  const texts = [ssh].flat().map((text) => (typeof text === 'string' ? readSshAccess(text).paths : []));
  return texts.flatMap((paths, index) => paths.map((path) => ({ option: `ssh[${index}]`, path: portable(path), isSecret: true as const })));
}

/** The link itself does not change; the file that it leads to does. */
function withTargets(files: readonly string[], { targetOf }: ReadText): readonly string[] {
  return files.map(portable).flatMap((file) => [file, targetOf?.(file) ?? file]);
}

interface DockerfileText {
  readonly options: Readonly<Record<string, unknown>>;
  readonly readText: ReadText;
}

function contextPaths(files: readonly string[], context: string, { options, readText }: DockerfileText): readonly NamedPath[] {
  const text = files.map((file) => readText(portable(file))).find((found) => found !== undefined);
  const paths = text === undefined ? [context] : copiedPaths(text, context, readingOptions(options));
  return paths.map((path) => ({ option: 'context', path }));
}

function toText(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? value : undefined;
}

/** The (not validated) options of a target that decide what a Dockerfile copies. */
export function readingOptions({ stage, buildArgs, buildContexts }: Readonly<Record<string, unknown>>): ReadingOptions {
  const args = typeof buildArgs === 'object' && buildArgs !== null ? Object.entries(buildArgs as Readonly<Record<string, unknown>>) : [];
  return {
    ...(typeof stage === 'string' && { stage }),
    buildContexts: readContexts(buildContexts),
    buildArgs: Object.fromEntries(args.map(([name, value]) => [name, toText(value)])),
  };
}

const IGNORE_FILES = ['.containerignore', '.dockerignore'];

/**
 * The ignore files of a context, in the order in which builders search for them.
 *
 * @param dockerfile and `context` are paths of one kind: both absolute, or both from the workspace root.
 * @param engine Docker supports one of the two names; if absent, the result lists all that any builder reads.
 * @see https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
export function ignoreFilesOf(dockerfile: string, context: string, engine?: DockerfileEngine): readonly string[] {
  const names = engine === 'docker' || engine === 'buildx' ? ['.dockerignore'] : IGNORE_FILES;
  return [...names.map((name) => `${dockerfile}${name}`), ...names.map((name) => posix.join(context, name))];
}

function nativePaths(options: Readonly<Record<string, unknown>>): readonly NamedPath[] {
  const { base, layers } = options;
  const platforms = writtenPlatforms(options);
  const layout = typeof base === 'string' && base.startsWith(LAYOUT_PREFIX) ? [base.slice(LAYOUT_PREFIX.length)] : [];
  return [
    ...layout.map((path) => ({ option: 'base', path: portable(path) })),
    ...textsIn(layers, 'from').flatMap(({ text, index }) =>
      pathsFor(platforms, text).map((path) => ({ option: `layers[${index}].from`, path: portable(path) })),
    ),
  ];
}

/** The prefix of a base that is a layout folder. */
export const LAYOUT_PREFIX = 'layout:';

function textsIn(list: unknown, key: string): readonly { readonly text: string; readonly index: number }[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry: unknown, index) => {
    const text = typeof entry === 'object' && entry !== null ? (entry as Readonly<Record<string, unknown>>)[key] : undefined;
    return typeof text === 'string' ? [{ text, index }] : [];
  });
}

function portable(path: string): string {
  return posix.normalize(path.replaceAll('\\', '/')).replace(/(?<=.)\/+$/, '');
}
