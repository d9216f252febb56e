import { imageFolder } from '../engines/image-folder';
import { describeError } from '../output/describe-error';
import { type RunGroup } from '../run/find-groups';
import { attemptAll } from './attempt-all';
import { reportFailure, writeReport } from './image-report';
import { isDryRun, type NormalizedTask } from './normalize-task';
import { type PublishContext, type TaskResult, type TaskResults } from './publish-context';
import { type PublishTask } from './publish-task';

type AnyTask = PublishTask | NormalizedTask;

/**
 * Leads the tasks of this process through the steps of a publish. A step ends for all before the next begins; whoever
 * fails is noted, and so is whoever must not be tagged without it.
 */
export class Steps {
  readonly #failed = new Map<string, TaskResult>();

  constructor(
    private readonly groups: readonly RunGroup[],
    private readonly context: PublishContext,
  ) {}

  /** Results of the tasks that go no further. */
  get failed(): TaskResults {
    return this.#failed;
  }

  /** @returns what the step made of those that go on. */
  async pass<Input, Output>(
    inputs: readonly Input[],
    taskOf: (input: Input) => AnyTask,
    step: (input: Input) => Output | Promise<Output>,
  ): Promise<readonly Output[]> {
    const attempts = await attemptAll(inputs, step);
    const failures = attempts.flatMap((attempt) => (attempt.ok ? [] : [{ task: taskOf(attempt.input), error: attempt.error }]));
    for (const { task, error } of failures) await this.#fail(task, describeError(error));
    const values: Output[] = [];
    for (const attempt of attempts) {
      if (!attempt.ok) continue;
      const task = taskOf(attempt.input);
      const culprits = this.#whoStops(task, failures);
      if (culprits.length === 0) values.push(attempt.value);
      else await this.#fail(task, `Not published: ${culprits.join(', ')} failed, and all images of a run are tagged together or none.`);
    }
    return values;
  }

  #whoStops({ taskId }: AnyTask, failures: readonly { readonly task: AnyTask }[]): readonly string[] {
    const stoppedBy = this.groups.find(({ taskIds }) => taskIds.includes(taskId))?.stoppedBy ?? [];
    return failures.flatMap(({ task }) => (stoppedBy.includes(task.taskId) ? [task.project] : []));
  }

  async #fail(task: AnyTask, text: string): Promise<void> {
    const { run, workspaceRoot, env } = this.context;
    await run.note({ taskId: task.taskId, state: 'failed', reason: text });
    if (!isDryRun(task, env)) await writeReport(imageFolder(workspaceRoot, task.project), reportFailure(task.project, text), this.context);
    this.#failed.set(task.taskId, { success: false, text });
  }
}
