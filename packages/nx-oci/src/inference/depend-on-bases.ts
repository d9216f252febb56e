import { type CreateNodesResult, type NxJsonConfiguration, type ProjectConfiguration, type TargetConfiguration } from '@nx/devkit';

import { dependenciesOnBases } from '../own-bases/depend-on-bases';
import { readOwnBases, type OwnBasesContext } from '../own-bases/read-own-bases';
import { defaultsOf, type Targets } from './written-targets';

/** The targets of a project that publishes an image or has a Dockerfile. */
interface KnownProject {
  /** From the workspace root. */
  readonly root: string;
  /** Those in its own files. */
  readonly written: Targets;
  readonly inferred: Targets;
}

/** The projects with images, with their targets as Nx will merge them: plugins run before that. */
export class KnownProjects {
  readonly #projects = new Map<string, ProjectConfiguration>();

  add(name: string, { root, written, inferred }: KnownProject, targetDefaults: NxJsonConfiguration['targetDefaults']): void {
    const names = [...new Set([...Object.keys(written), ...Object.keys(inferred)])];
    const targets = names.map((target): [string, TargetConfiguration] => {
      const [own, base] = [written[target] ?? {}, inferred[target] ?? {}];
      const defaults = defaultsOf(target, own.executor ?? base.executor, targetDefaults);
      const options = { ...(base.options as object), ...(defaults.options as object), ...(own.options as object) };
      return [target, { ...base, ...defaults, ...own, options }];
    });
    this.#projects.set(name, { root, targets: Object.fromEntries(targets) });
  }

  get all(): Readonly<Record<string, ProjectConfiguration>> {
    return Object.fromEntries(this.#projects);
  }
}

type FoundNodes = readonly (readonly [file: string, nodes: CreateNodesResult])[];

/** Lets inferred image targets wait for those of their bases in the workspace. */
export async function dependOnBases(
  found: FoundNodes,
  known: KnownProjects,
  context: OwnBasesContext,
): Promise<[string, CreateNodesResult][]> {
  const projects = known.all;
  const { all } = await readOwnBases(projects, context);
  return found.map(([file, nodes]) => [
    file,
    all.length === 0 ? nodes : { ...nodes, projects: mapValues(nodes.projects ?? {}, withBases) },
  ]);

  function withBases(node: NonNullable<CreateNodesResult['projects']>[string]): typeof node {
    const { name = '', targets = {} } = node;
    return {
      ...node,
      targets: Object.fromEntries(Object.entries(targets).map(([target, one]) => [target, withDependencies(name, target, one)])),
    };
  }

  function withDependencies(project: string, target: string, configuration: TargetConfiguration): TargetConfiguration {
    const more = dependenciesOnBases({ project, target }, all, projects);
    return more.length === 0 ? configuration : { ...configuration, dependsOn: [...(configuration.dependsOn ?? []), ...more] };
  }
}

function mapValues<Value>(record: Readonly<Record<string, Value>>, change: (value: Value) => Value): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
