import { type ExecutorContext, type TaskGraph } from '@nx/devkit';

import { type PublishOptions } from '../../publish/publish-options';
import { runPublish } from './run-publish';

interface BatchResult {
  /** Id of the task. */
  readonly task: string;
  readonly result: { readonly success: boolean; readonly terminalOutput: string };
}

/**
 * `nx-oci:publish` for the tasks that are ready at one moment: perhaps all of the run, perhaps some.
 *
 * Every task gets a result, whatever happens: Nx runs a task without one for ever again. Results are yielded, not
 * returned, since Nx shows only those (22 to 24): what is returned stays silent, a failure's reason too.
 *
 * @param inputs options by task id; the command line's are in them already, read as the schema says.
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
    options: inputs[task.id] ?? {},
  }));
  const results = await runPublish(tasks, {
    workspaceRoot: context.root,
    projects: context.projectsConfigurations,
    nxJson: context.nxJsonConfiguration,
    taskGraph: context.taskGraph ?? batch,
    isBatch: true,
  });
  for (const { taskId } of tasks) {
    const { success, text } = results.get(taskId) ?? { success: false, text: 'nx-oci gave no result for this task, which is a bug of it.' };
    yield { task: taskId, result: { success, terminalOutput: `${text}\n` } };
  }
}
