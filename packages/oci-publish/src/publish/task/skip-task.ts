import { imageFolder } from '../../engines/image-folder';
import { reportSkipped, writeReport } from '../image-report';
import { isDryRun, type NormalizedTask } from './normalize-task';
import { type PublishContext, type TaskResult } from '../publish-context';
import { type PublishTask } from './publish-task';

/** Ends a task well that has nothing to publish: reported, unless only its plan is asked for. */
export async function skipTask(
  task: PublishTask | NormalizedTask,
  reason: string,
  context: Pick<PublishContext, 'workspaceRoot' | 'env' | 'run'>,
): Promise<TaskResult> {
  const { project } = task;
  if (!isDryRun(task, context.env)) {
    await writeReport(imageFolder(context.workspaceRoot, project), reportSkipped(project, reason), context);
  }
  return { success: true, text: `Skipped: ${reason}.` };
}
