import { type ExecutorContext, type TaskGraph } from '@nx/devkit';
import { type PublishOptions } from '@nx-oci/publish';

import { batchResultsOf, type BatchResult } from '../batch-results';
import { restoreTexts } from '../restore-texts';
import { runPublish } from './run-publish';

/**
 * `nx-oci:publish` for the tasks that are ready at the same time: all of the run, or some.
 *
 * @param inputs options by task id, including those of the command line, parsed by the schema.
 */
export default async function* publishBatch(
  batch: TaskGraph,
  inputs: Record<string, PublishOptions>,
  _overrides: unknown,
  context: ExecutorContext,
): AsyncGenerator<BatchResult> {
  const tasks = Object.values(batch.tasks).map((task) => ({
    taskId: task.id,
    project: task.target.project,
    options: restoreTexts(inputs[task.id] ?? {}, context.taskGraph ?? batch),
  }));
  const results = await runPublish(tasks, {
    workspaceRoot: context.root,
    projects: context.projectsConfigurations,
    nxJson: context.nxJsonConfiguration,
    projectGraph: context.projectGraph,
    taskGraph: context.taskGraph ?? batch,
    isBatch: true,
  });
  yield* batchResultsOf(
    tasks.map(({ taskId }) => taskId),
    results,
  );
}
