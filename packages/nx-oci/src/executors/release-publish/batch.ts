import { type ExecutorContext, type TaskGraph } from '@nx/devkit';

import { type WrittenReleaseOptions } from '../../release/release-options';
import { batchResultsOf, type BatchResult } from '../batch-results';
import { runRelease } from './run-release';

/**
 * `nx-oci:release-publish` for the tasks that are ready at the same time: usually all of a release group.
 *
 * @param inputs options by task id, including those of the command line, parsed by the schema.
 */
export default async function* releaseBatch(
  batch: TaskGraph,
  inputs: Record<string, WrittenReleaseOptions>,
  _overrides: unknown,
  context: ExecutorContext,
): AsyncGenerator<BatchResult> {
  const tasks = Object.values(batch.tasks).map(({ id, target: { project, target } }) => ({
    taskId: id,
    project,
    target,
    options: inputs[id] ?? {},
  }));
  const results = await runRelease(tasks, { ...context, taskGraph: context.taskGraph ?? batch }, true);
  yield* batchResultsOf(
    tasks.map(({ taskId }) => taskId),
    results,
  );
}
