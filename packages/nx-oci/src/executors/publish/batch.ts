import { type ExecutorContext, type TaskGraph } from '@nx/devkit';

import { type PublishOptions } from '../../publish/publish-task';
import { runPublish } from './run-publish';

interface BatchResult {
  readonly success: boolean;
  readonly terminalOutput: string;
}

/**
 * `nx-oci:publish` for the tasks that are ready at one moment: perhaps all of the run, perhaps some.
 *
 * Every task gets a result, whatever happens: Nx runs a task without one for ever again.
 */
export default async function publishBatch(
  batch: TaskGraph,
  inputs: Record<string, PublishOptions>,
  overrides: PublishOptions,
  context: ExecutorContext,
): Promise<Record<string, BatchResult>> {
  const tasks = Object.values(batch.tasks).map((task) => ({
    taskId: task.id,
    project: task.target.project,
    options: { ...inputs[task.id], ...overrides },
  }));
  const results = await runPublish(tasks, {
    workspaceRoot: context.root,
    projects: context.projectsConfigurations,
    nxJson: context.nxJsonConfiguration,
    taskGraph: context.taskGraph ?? batch,
  });
  return Object.fromEntries(
    tasks.map(({ taskId }) => {
      const result = results.get(taskId) ?? { success: false, text: 'nx-oci gave no result for this task, which is a bug of it.' };
      return [taskId, { success: result.success, terminalOutput: `${result.text}\n` }];
    }),
  );
}
