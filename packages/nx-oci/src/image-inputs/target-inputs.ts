import { type TargetConfiguration } from '@nx/devkit';
import { DOCKERFILE_ENGINES, ignoredPatterns, ignoreFilesOf, isWithin, namedPaths, type ReadText } from '@nx-oci/publish';

type Input = NonNullable<TargetConfiguration['inputs']>[number];

/** What the tasks before an image made: Nx hashes no output by itself, so that an image would outlive what it is made of. */
export const OUTPUTS_OF_DEPENDENCIES = { dependentTasksOutputFiles: '**/*', transitive: true } as const;

/**
 * The `inputs` of an image and its publish, for targets that we infer or write: the project and what it depends on, what the
 * tasks before it make, and what its options name outside of the project. Pure.
 *
 * Since Nx 24 a target is affected only when a change reaches its inputs.
 *
 * @param options of the image target, as written; none if another target's inputs say what they name.
 * @param readText of a file, from the workspace root: what a Dockerfile copies, and what is ignored of it
 */
export function targetInputs(options?: object, projectRoot = '.', readText: ReadText = () => undefined): Input[] {
  const named = options === undefined ? [] : namedPaths(options, projectRoot, readText);
  const outside = named.filter(({ path, isSecret }) => isSecret !== true && !path.startsWith('..') && !isWithin(path, projectRoot));
  const ignored = options === undefined || outside.length === 0 ? [] : findIgnored(options, readText);
  return ['default', '^default', OUTPUTS_OF_DEPENDENCIES, ...outside.flatMap(({ path }) => filesets(path)), ...ignored];
}

/** What the first ignore file that there is leaves out of a context elsewhere. */
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

/** A path may be a file or a folder, which differs from machine to machine where a build makes it. */
function filesets(path: string): readonly Input[] {
  return path === '.' ? ['{workspaceRoot}/**/*'] : [`{workspaceRoot}/${path}`, `{workspaceRoot}/${path}/**/*`];
}
