import { type ExecutorContext } from '@nx/devkit';
import { print, type PublishOptions } from '@nx-oci/publish';

import { restoreTexts } from '../restore-texts';
import { taskIdOf } from '../task-id';
import { runPublish } from './run-publish';

/** `nx-oci:publish` for one task, if Nx runs tasks one by one (`NX_BATCH_MODE=false`). */
export default async function publishExecutor(options: PublishOptions, context: ExecutorContext): Promise<{ success: boolean }> {
  const { projectName = '', root, taskGraph } = context;
  const taskId = taskIdOf(context);
  const results = await runPublish([{ taskId, project: projectName, options: restoreTexts(options, taskGraph) }], {
    workspaceRoot: root,
    projects: context.projectsConfigurations,
    nxJson: context.nxJsonConfiguration,
    projectGraph: context.projectGraph,
    taskGraph,
    isBatch: false,
  });
  const result = results.get(taskId);
  // Successes were already printed.
  if (result?.success === false) print(result.text);
  return { success: result?.success === true };
}
