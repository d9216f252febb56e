import { type NxJsonConfiguration, type TargetConfiguration } from '@nx/devkit';

import { BUILD_EXECUTOR, PUBLISH_EXECUTOR } from '../nx/executor-names';
import { partTargets } from './part-targets';
import { type WrittenPublish } from './find-written-publish';
import { defaultsOf, type Targets } from './written-targets';

export interface ProjectTargets {
  /** Those in its own files. */
  readonly written: Targets;
  readonly inferred: Targets;
  readonly publish: WrittenPublish | undefined;
  readonly targetDefaults: NxJsonConfiguration['targetDefaults'];
}

/** The inferred targets, with one for each part of an image; what depends on such an image depends on its parts. Pure. */
export function withParts({ written, inferred, publish, targetDefaults }: ProjectTargets): Record<string, TargetConfiguration> {
  const names = [...new Set([...Object.keys(inferred), ...Object.keys(written)])];
  const made = names.map((name) => {
    const target = combine(inferred[name], defaultsOf(name, BUILD_EXECUTOR, targetDefaults), written[name]);
    return [name, target.executor === BUILD_EXECUTOR ? partTargets({ name, target }) : {}] as const;
  });
  const images = new Map(made.filter(([, parts]) => Object.keys(parts).length > 0));
  if (images.size === 0) return { ...inferred };
  const partsOf = (name: string): readonly string[] => Object.keys(images.get(name) ?? {}).filter((part) => part !== name);
  const others = Object.entries(inferred).map(([name, target]) => [name, dependOnParts(target, partsOf)] as const);
  const [first = ''] = images.keys();
  return {
    ...(Object.fromEntries(others) as Record<string, TargetConfiguration>),
    ...(publish !== undefined &&
      publish.dependsOn === undefined && { [publish.name]: { executor: PUBLISH_EXECUTOR, dependsOn: [...partsOf(first)] } }),
    ...(Object.assign({}, ...[...images.values()]) as Record<string, TargetConfiguration>),
  };
}

/** As Nx merges them: the defaults of nx.json win over what is inferred, and the project's own files over both. */
function combine(...sources: readonly (TargetConfiguration | undefined)[]): TargetConfiguration {
  return sources.reduce<TargetConfiguration>(
    (all, source = {}) => ({
      ...all,
      ...source,
      options: { ...(all.options as object | undefined), ...(source.options as object | undefined) },
    }),
    {},
  );
}

function dependOnParts(target: TargetConfiguration, partsOf: (name: string) => readonly string[]): TargetConfiguration {
  const { dependsOn } = target;
  if (dependsOn === undefined) return target;
  return {
    ...target,
    dependsOn: dependsOn.flatMap((dependency) => {
      const parts = typeof dependency === 'string' ? partsOf(dependency) : [];
      return parts.length === 0 ? [dependency] : [...parts];
    }),
  };
}
