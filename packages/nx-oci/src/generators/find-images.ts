import path from 'node:path';

import { type NxJsonConfiguration, type TargetConfiguration, type Tree } from '@nx/devkit';
import { type EngineHints, type EngineName, engineOf } from '@nx-oci/publish';

import { globAsync, parseJson, readNxJson } from '../nx/devkit';
import { BUILD_EXECUTOR } from '../nx/executor-names';
import { PROJECT_FILES_GLOB } from '../inference/create-nodes';
import { findDockerfile } from '../inference/find-dockerfile';
import { findProjectName } from '../inference/find-project-name';
import { findWrittenPublish } from '../inference/find-written-publish';
import { isIgnoredPath } from '../dockerfile-context/is-ignored-path';
import { type NormalizedPluginOptions } from '../inference/plugin-options';
import { defaultsOf, readWrittenTargets } from '../inference/written-targets';
import { readPluginOptions } from './read-plugin-options';
import { type ResolvedProjects } from './resolved-projects';

/** A project that publishes an image, according to its own files. */
export interface PublishedImage {
  readonly name: string;
  /** Folder from the workspace root. */
  readonly root: string;
  readonly tags: readonly string[];
  readonly publishTarget: string;
  /** `undefined`: its files do not say what builds the image. */
  readonly engine: EngineName | undefined;
  /** Names in registries.yaml that its publish target says itself. */
  readonly registries?: readonly string[];
  /** The variables that `secrets` of its builds name. */
  readonly secretVariables?: readonly string[];
  /** The builders of buildx that its builds name. */
  readonly builders?: readonly string[];
}

type Targets = Readonly<Record<string, TargetConfiguration>>;

/** project.json, or package.json with its key `nx`. */
interface ProjectFile {
  readonly tags?: readonly string[];
  readonly targets?: Targets;
  readonly nx?: ProjectFile;
}

interface Context {
  readonly tree: Tree;
  readonly resolved: ResolvedProjects | undefined;
  readonly plugin: NormalizedPluginOptions;
  readonly targetDefaults: NxJsonConfiguration['targetDefaults'];
}

/**
 * The images of the workspace, by folder: those that the plugin infers from Dockerfiles, and configured ones.
 *
 * @param resolved the projects as resolved by Nx with the plugin: those that `exclude` in nx.json leaves out have no target there
 */
export async function findImages(tree: Tree, resolved?: ResolvedProjects): Promise<readonly PublishedImage[]> {
  const files = await globAsync(tree, [PROJECT_FILES_GLOB]);
  const roots = new Set(files.filter((file) => !isIgnoredPath(file)).map((file) => path.posix.dirname(file)));
  const context = { tree, resolved, plugin: readPluginOptions(tree), targetDefaults: readNxJson(tree)?.targetDefaults };
  return [...roots].sort().flatMap((root) => findImage(root, context) ?? []);
}

function findImage(root: string, { tree, resolved, plugin, targetDefaults }: Context): PublishedImage | undefined {
  const read = (file: string): string | undefined => tree.read(path.posix.join(root, file), 'utf8') ?? undefined;
  const own = readWrittenTargets(read);
  const facts = { root, targets: own, has: (file: string) => tree.exists(path.posix.join(root, file)) };
  const isInferred = plugin.infer && findDockerfile(facts, { options: plugin, targetDefaults }) !== undefined;
  const written = findWrittenPublish(own, targetDefaults)?.name;
  const publishTarget = written ?? (isInferred ? plugin.publishTargetName : undefined);
  const name = publishTarget === undefined ? undefined : findProjectName(root, read);
  if (publishTarget === undefined || name === undefined) return undefined;
  const project = resolved?.[name];
  if (written === undefined && project !== undefined && project.targets?.[publishTarget] === undefined) return undefined;
  const { tags, targets } = readProject(read);
  const inferred: EngineHints | undefined = isInferred ? { engine: plugin.dockerfileEngine } : undefined;
  const registries = registriesOf(targets[publishTarget]);
  const builds = findBuilds(targets, plugin.imageTargetName, isInferred);
  const options = builds.map(([target, build]) => optionsOf(build, defaultsOf(target, BUILD_EXECUTOR, targetDefaults)));
  const secretVariables = textsOf(
    options.flatMap(({ secrets }) => (Array.isArray(secrets) ? (secrets as readonly unknown[]) : [])).map(variableOf),
  );
  const builders = textsOf(options.map(({ builder }) => builder));
  return {
    name,
    root,
    tags,
    publishTarget,
    engine: findEngine(builds, plugin.imageTargetName, inferred),
    ...(registries && { registries }),
    ...(secretVariables.length > 0 && { secretVariables }),
    ...(builders.length > 0 && { builders }),
  };
}

/** As written, without values that are not names. */
function registriesOf(target: TargetConfiguration | undefined): readonly string[] | undefined {
  const { registries } = (target?.options ?? {}) as { readonly registries?: unknown };
  return registries === undefined ? undefined : [registries].flat().filter((name) => typeof name === 'string');
}

type Build = readonly [name: string, target: TargetConfiguration];

/** A target with the name of the inferred one changes what is inferred. */
function findBuilds(targets: Targets, imageTarget: string, isInferred: boolean): readonly Build[] {
  return Object.entries(targets).filter(
    ([name, { executor }]) => executor === BUILD_EXECUTOR || (executor === undefined && isInferred && name === imageTarget),
  );
}

function findEngine(builds: readonly Build[], imageTarget: string, inferred: EngineHints | undefined): EngineName | undefined {
  const engines = builds.map(
    ([name, { options }]) => engineOf((options ?? {}) as EngineHints) ?? (name === imageTarget ? inferred?.engine : undefined),
  );
  if (builds.length === 0) return inferred?.engine;
  // The one that CI needs something for.
  return engines.find((engine) => engine === 'docker') ?? engines.find((engine) => engine !== 'native') ?? engines[0];
}

interface WrittenBuild {
  readonly secrets?: unknown;
  readonly builder?: unknown;
}

function optionsOf({ options }: TargetConfiguration, defaults: TargetConfiguration): WrittenBuild {
  return { ...(defaults.options as object | undefined), ...(options as object | undefined) };
}

function variableOf(secret: unknown): unknown {
  return typeof secret === 'object' && secret !== null && 'env' in secret ? secret.env : undefined;
}

/** As written, without values that are not names. */
function textsOf(values: readonly unknown[]): readonly string[] {
  return [...new Set(values.filter((value) => typeof value === 'string' && value !== ''))] as readonly string[];
}

function readProject(read: (file: string) => string | undefined): { readonly tags: readonly string[]; readonly targets: Targets } {
  const own = parse(read('project.json'));
  const ofPackage = parse(read('package.json'))?.nx;
  return { tags: [...(ofPackage?.tags ?? []), ...(own?.tags ?? [])], targets: { ...ofPackage?.targets, ...own?.targets } };
}

function parse(text: string | undefined): ProjectFile | undefined {
  return text === undefined ? undefined : parseJson<ProjectFile>(text);
}
