import { type ProjectConfiguration } from '@nx/devkit';
import { type PublishTask } from '@nx-oci/publish';

import { PUBLISH_EXECUTOR } from '../nx/executor-names';
import { targetOptions } from './target-options';

/** A publish target of the graph, as the task that Nx would run. */
export interface PublishTarget extends PublishTask {
  /** Its name. */
  readonly target: string;
}

/** All publish targets of a workspace. */
export function findPublishTargets(projects: Readonly<Record<string, ProjectConfiguration>>): readonly PublishTarget[] {
  return Object.entries(projects).flatMap(([project, { root, targets = {} }]) =>
    Object.entries(targets)
      .filter(([, { executor }]) => executor === PUBLISH_EXECUTOR)
      .map(([target, configuration]) => ({
        taskId: `${project}:${target}`,
        project,
        target,
        projectRoot: root,
        options: targetOptions(configuration),
      })),
  );
}
