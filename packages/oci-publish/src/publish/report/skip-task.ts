import { imageFolder } from '../../engines/names/image-folder';
import { isDryRun, type NormalizedTask } from '../task/normalize-task';
import { type PublishTask } from '../task/publish-task';
import { type TaskResult, type TaskResults } from '../task/task-result';
import { reportSkipped, writeReport, type ReportContext } from './write-report';

export interface SkipContext extends ReportContext {
  readonly workspaceRoot: string;
}

/** Ends a task without anything to publish successfully, with a report unless it is a dry run. */
export async function skipTask(task: PublishTask | NormalizedTask, reason: string, context: SkipContext): Promise<TaskResult> {
  const { project } = task;
  if (!isDryRun(task, context.env)) {
    await writeReport(imageFolder(context.workspaceRoot, project), reportSkipped(project, reason), context);
  }
  return { success: true, text: `Skipped: ${reason}.` };
}

/** Ends all tasks successfully; writes only their reports. */
export async function skipTasks(
  tasks: readonly PublishTask[],
  reason: string,
  context: SkipContext & { readonly print: (text: string) => void },
): Promise<TaskResults> {
  const results = new Map<string, TaskResult>();
  for (const task of tasks) results.set(task.taskId, await skipTask(task, reason, context));
  context.print(`${tasks.map(({ project }) => project).join(', ')}: skipped: ${reason}.`);
  return results;
}
