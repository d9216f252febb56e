import { type NxJsonConfiguration, type TargetConfiguration } from '@nx/devkit';

import { PUBLISH_EXECUTOR } from '../nx/executor-names';
import { type Targets } from './written-targets';

/** What a project's own files say of publishing its image. */
export interface WrittenPublish {
  /** Name of the target. */
  readonly name: string;
  readonly dependsOn: TargetConfiguration['dependsOn'];
}

/** The target that a project publishes its image with, as far as its own files or the target defaults of nx.json name it. */
export function findWrittenPublish(targets: Targets, targetDefaults: NxJsonConfiguration['targetDefaults']): WrittenPublish | undefined {
  for (const [name, target] of Object.entries(targets)) {
    const defaults = (targetDefaults as Targets | undefined)?.[name];
    if ((target.executor ?? defaults?.executor) !== PUBLISH_EXECUTOR) continue;
    return { name, dependsOn: target.dependsOn ?? defaults?.dependsOn };
  }
  return undefined;
}
