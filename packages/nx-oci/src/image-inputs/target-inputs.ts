import { type TargetConfiguration } from '@nx/devkit';
import { DOCKERFILE_ENGINES, ignoredPatterns, ignoreFilesOf, isWithin, namedPaths, type ReadText } from '@nx-oci/publish';

type Input = NonNullable<TargetConfiguration['inputs']>[number];

/** The outputs of the tasks before an image: Nx does not hash outputs by default, so the image would be outdated. */
export const OUTPUTS_OF_DEPENDENCIES = { dependentTasksOutputFiles: '**/*', transitive: true } as const;

/**
 * The `inputs` of an image and its publish, for targets that we infer or generate: the project and its dependencies, the outputs
 * of the tasks before it, and the files outside the project that its options name. Pure.
 *
 * Since Nx 24 a target is affected only when a change reaches its inputs.
 *
 * @param options of the image target, as written; absent if another target's inputs cover them.
 * @param readText of a file, relative to the workspace root, for Dockerfiles and ignore files
 */
export function targetInputs(options?: object, projectRoot = '.', readText: ReadText = () => undefined): Input[] {
  const named = options === undefined ? [] : namedPaths(options, projectRoot, readText);
  const outside = named.filter(({ path, isSecret }) => isSecret !== true && !path.startsWith('..') && !isWithin(path, projectRoot));
  const ignored = options === undefined || outside.length === 0 ? [] : findIgnored(options, readText);
  return ['default', '^default', OUTPUTS_OF_DEPENDENCIES, ...outside.flatMap(({ path }) => filesets(path)), ...ignored];
}

/** The exclusions of the first existing ignore file, for a context outside the project. */
function findIgnored({ engine, dockerfile, context }: TargetOptions, readText: ReadText): readonly Input[] {
  if (typeof dockerfile !== 'string' || typeof context !== 'string') return [];
  const texts = ignoreFilesOf(dockerfile, context, DOCKERFILE_ENGINES.find((name) => name === engine) ?? 'docker').map(readText);
  const text = texts.find((found) => found !== undefined) ?? '';
  return ignoredPatterns(text, context).flatMap((pattern) => [`!{workspaceRoot}/${pattern}`, `!{workspaceRoot}/${pattern}/**/*`]);
}

interface TargetOptions {
  readonly engine?: unknown;
  readonly dockerfile?: unknown;
  readonly context?: unknown;
}

/** A path may be a file or a folder; for build output that is unknown until the build. */
function filesets(path: string): readonly Input[] {
  return path === '.' ? ['{workspaceRoot}/**/*'] : [`{workspaceRoot}/${path}`, `{workspaceRoot}/${path}/**/*`];
}
