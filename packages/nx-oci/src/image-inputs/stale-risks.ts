import { DOCKERFILE_ENGINES, ignoreFilesOf, isWithin, namedPaths, type NamedPath, type ReadText } from '@nx-oci/publish';

import { BUILD_EXECUTOR } from '../nx/executor-names';
import { targetOptions } from '../nx-run/target-options';
import { upstreamTasks, type TaskName } from './upstream-tasks';
import { readInputs } from './read-inputs';
import { taskOutputs } from './task-outputs';
import { type WorkspaceGraph } from './workspace-graph';

/**
 * Why a publish could get an outdated image from Nx, one sentence with its fix each: an image that packs the output of a task
 * without depending on it, and configured `inputs` that lack what its options name. Reports only certain problems. Pure.
 *
 * @param target that publishes.
 * @param readText of a file, relative to the workspace root, for Dockerfiles.
 */
export function staleRisks(graph: WorkspaceGraph, project: string, target: string, readText?: ReadText): readonly string[] {
  const images = upstreamTasks(graph, project, target).filter((task) => configurationOf(graph, task).executor === BUILD_EXECUTOR);
  return images.flatMap((image) => risksOf(graph, image, readText));
}

function risksOf(graph: WorkspaceGraph, image: TaskName, readText?: ReadText): readonly string[] {
  const { root = '.' } = graph.projects[image.project] ?? {};
  const named = namedPaths(withContext(graph, image), root, readText).filter((path) => isRead(path, graph, image));
  const [, ...before] = upstreamTasks(graph, image.project, image.target);
  const made = before.flatMap((task) => taskOutputs(graph, task));
  const packed = named.filter(({ path }) => made.some((output) => isWithin(path, output) || isWithin(output, path)));
  const sources = named.filter((one) => !packed.includes(one));
  return [
    ...sources.flatMap(({ path }) => missedTask(graph, image, path)),
    ...named.filter((one) => takesAll(one, graph, image, readText)).flatMap(({ path }) => sharedTasks(graph, image, { path, made })),
    ...missedInputs(graph, image, { hasMade: packed.length > 0, sources }),
    ...cachedAttestations(graph, image),
  ];
}

/** Such an image keeps the commit that it was built for. */
function cachedAttestations(graph: WorkspaceGraph, image: TaskName): readonly string[] {
  const configuration = configurationOf(graph, image);
  const options = targetOptions(configuration);
  const asked = ['provenance', 'sbom'].filter(
    (name) => options[name] !== undefined && options[name] !== false && options[name] !== 'false',
  );
  if (configuration.cache !== true || asked.length === 0) return [];
  return [
    `${nameOf(image)} is cached by Nx, but with \`${asked.join('` and `')}\` each image is made for one commit: from the cache, another commit cannot publish it. → Remove \`cache: true\` from ${nameOf(image)}.`,
  ];
}

/** The options, with the default context of a Dockerfile, since the files that it copies from there may be outputs, too. */
function withContext(graph: WorkspaceGraph, image: TaskName): object {
  const options = targetOptions(configurationOf(graph, image));
  const isOfDockerfile = DOCKERFILE_ENGINES.some((engine) => engine === options['engine']);
  return isOfDockerfile ? { context: graph.projects[image.project]?.root ?? '.', ...options } : options;
}

/** Not a secret, not outside the workspace, and not an optional file of a builder. */
function isRead({ option, path, isSecret }: NamedPath, graph: WorkspaceGraph, image: TaskName): boolean {
  const { dockerfile } = targetOptions(configurationOf(graph, image));
  const isLookedFor = /\.(?:docker|container)ignore$/.test(path) || (option === 'dockerfile' && dockerfile === undefined);
  return isSecret !== true && !path.startsWith('..') && !isLookedFor;
}

/** The task whose declared outputs contain a path, if the image depends on no such task. */
function missedTask(graph: WorkspaceGraph, image: TaskName, path: string): readonly string[] {
  const [maker] = makersOf(graph, image, (output) => isWithin(path, output));
  if (maker === undefined) return [];
  return [
    `${nameOf(image)} packs ${path}, an output of ${nameOf(maker)}, without depending on it: an older build may be published. → Add ${dependencyOn(maker, image)} to its \`dependsOn\`.`,
  ];
}

/** Tasks that write a part of a folder that is packed as a whole, if the image depends on none that writes the same part. */
function sharedTasks(
  graph: WorkspaceGraph,
  image: TaskName,
  { path, made }: { readonly path: string; readonly made: readonly string[] },
): readonly string[] {
  const isMissed = (output: string): boolean =>
    isWithin(output, path) && output !== path && !made.some((other) => isWithin(output, other) || isWithin(other, output));
  const makers = makersOf(graph, image, isMissed);
  const parts = new Map(makers.toReversed().map((maker) => [taskOutputs(graph, maker).find(isMissed) ?? '', maker]));
  return [...parts]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(
      ([part, maker]) =>
        `${nameOf(image)} packs ${path}, which contains ${part}, an output of ${nameOf(maker)}, without depending on it: an older build of that part may be published. → Pack a separate folder, or add ${dependencyOn(maker, image)} to its \`dependsOn\`.`,
    );
}

/** A folder that contains only outputs and has no exclusions: only then is it certain that all of it is packed. */
function takesAll({ option, path }: NamedPath, graph: WorkspaceGraph, image: TaskName, readText: ReadText = () => undefined): boolean {
  const isOfProject = Object.values(graph.projects).some(({ root }) => isWithin(root, path) || (root !== '.' && isWithin(path, root)));
  if (isOfProject || path === '.') return false;
  const { layers, dockerfile, context } = targetOptions(configurationOf(graph, image));
  const [, index] = /^layers\[(\d+)\]/.exec(option) ?? [];
  if (index === undefined) {
    const files = typeof dockerfile === 'string' && typeof context === 'string' ? ignoreFilesOf(dockerfile, context) : [];
    return option === 'context' && files.every((file) => readText(file) === undefined);
  }
  const { include, exclude } = ((layers as readonly unknown[] | undefined)?.[Number(index)] ?? {}) as Readonly<Record<string, unknown>>;
  return include === undefined && exclude === undefined;
}

/** Tasks other than images that declare such an output: first the `build` of the image's own project, then other builds. */
function makersOf(graph: WorkspaceGraph, image: TaskName, isWanted: (output: string) => boolean): readonly TaskName[] {
  const makers = Object.entries(graph.projects).flatMap(([project, { targets = {} }]) =>
    Object.keys(targets)
      .map((target): TaskName => ({ project, target }))
      .filter((task) => configurationOf(graph, task).executor !== BUILD_EXECUTOR)
      .filter((task) => taskOutputs(graph, task).some(isWanted)),
  );
  const rankOf = ({ project, target }: TaskName): number => (target === 'build' ? (project === image.project ? 0 : 1) : 2);
  return makers.toSorted((one, other) => rankOf(one) - rankOf(other));
}

function dependencyOn({ project, target }: TaskName, image: TaskName): string {
  return project === image.project ? `"${target}"` : `{ "projects": ["${project}"], "target": "${target}" }`;
}

interface Packed {
  /** Paths that tasks before it write. */
  readonly hasMade: boolean;
  /** Paths that no task before it writes. */
  readonly sources: readonly NamedPath[];
}

/** The inputs of a target that Nx may cache, or select by its inputs. */
function missedInputs(graph: WorkspaceGraph, image: TaskName, { hasMade, sources }: Packed): readonly string[] {
  const { inputs, cache } = configurationOf(graph, image);
  if (inputs === undefined && cache !== true) return [];
  const project = graph.projects[image.project] ?? { root: '.' };
  const found = readInputs({ inputs }, project, graph.nxJson);
  const missed = sources.filter(({ path }) => !coversPath(graph, { found, root: project.root }, path));
  const add = [
    ...(hasMade && !found.hasTaskOutputs ? ['{ "dependentTasksOutputFiles": "**/*", "transitive": true }'] : []),
    ...missed.map(({ path }) => `"{workspaceRoot}/${path}"`),
  ];
  if (add.length === 0) return [];
  return [`The \`inputs\` of ${nameOf(image)} omit files that it reads, so Nx may reuse an older image. → Add ${add.join(', ')}.`];
}

interface Covering {
  readonly found: ReturnType<typeof readInputs>;
  readonly root: string;
}

/** Whether any pattern may match something in a path. In doubt it does, since a false warning is worse than none. */
function coversPath({ projects }: WorkspaceGraph, { found, root }: Covering, path: string): boolean {
  const isOfOthers =
    found.ofOthers.length > 0 && Object.values(projects).some((other) => other.root !== root && isWithin(path, other.root));
  const folders = [
    ...found.own.map((pattern) => fixedFolder(root === '.' ? pattern : `${root}/${pattern}`)),
    ...found.ofWorkspace.map(fixedFolder),
  ];
  return isOfOthers || folders.some((folder) => isWithin(path, folder) || isWithin(folder, path));
}

/** The part of a pattern before its first wildcard, cut at a `/`; empty for an exclusion. */
function fixedFolder(pattern: string): string {
  if (pattern.includes('!')) return '\0';
  const [fixed = ''] = pattern.split(/[*?{[]/, 1);
  return fixed === pattern ? pattern : fixed.slice(0, Math.max(0, fixed.lastIndexOf('/'))) || '.';
}

function configurationOf({ projects }: WorkspaceGraph, { project, target }: TaskName) {
  return projects[project]?.targets?.[target] ?? {};
}

function nameOf({ project, target }: TaskName): string {
  return `${project}:${target}`;
}
