import { type NxJsonConfiguration, type TargetConfiguration } from '@nx/devkit';

import { PUBLISH_EXECUTOR } from '../nx/executor-names';
import { type Targets } from './written-targets';

/** The publish target in a project's own files. */
export interface WrittenPublish {
  /** Name of the target. */
  readonly name: string;
  readonly dependsOn: TargetConfiguration['dependsOn'];
}

/** The target that publishes a project's image, if its own files or the target defaults of nx.json name it. */
export function findWrittenPublish(targets: Targets, targetDefaults: NxJsonConfiguration['targetDefaults']): WrittenPublish | undefined {
  for (const [name, target] of Object.entries(targets)) {
    const defaults = (targetDefaults as Targets | undefined)?.[name];
    if ((target.executor ?? defaults?.executor) !== PUBLISH_EXECUTOR) continue;
    return { name, dependsOn: target.dependsOn ?? defaults?.dependsOn };
  }
  return undefined;
}
