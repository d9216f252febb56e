import { type NxJsonConfiguration } from '@nx/devkit';

import { TEST_EXECUTOR } from '../nx/executor-names';
import { type NormalizedPluginOptions } from './plugin-options';
import { defaultsOf, type Targets } from './written-targets';

/**
 * The name of the target that tests a project's image, if its own files or the target defaults of nx.json have one: found by the
 * executor, or by the name.
 */
export function findWrittenTest(
  targets: Targets,
  targetDefaults: NxJsonConfiguration['targetDefaults'],
  { testTargetName }: Pick<NormalizedPluginOptions, 'testTargetName'>,
): string | undefined {
  const found = Object.entries(targets).find(([name, { executor, command }]) => {
    if (executor !== undefined || command !== undefined) return executor === TEST_EXECUTOR;
    const byDefault = defaultsOf(name, undefined, targetDefaults);
    return byDefault.executor === TEST_EXECUTOR || (name === testTargetName && byDefault.executor === undefined);
  });
  return found?.[0];
}
