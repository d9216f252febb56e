import { imageFolder } from '../engines/image-folder';
import { type RunGroup } from '../run/run-group';
import { attemptAll } from './attempt/attempt-all';
import { describeFailure } from './attempt/describe-failure';
import { reportFailure, writeReport } from './image-report';
import { isDryRun, type NormalizedTask } from './task/normalize-task';
import { type PublishContext, type TaskResult, type TaskResults } from './publish-context';
import { type PublishTask } from './task/publish-task';
import { skipTask } from './task/skip-task';

type AnyTask = PublishTask | NormalizedTask;

/**
 * Leads the tasks of this process through the steps of a publish. A step ends for all before the next begins; whoever
 * fails is noted, and so is whoever must not be tagged without it.
 */
export class Steps {
  readonly #ended = new Map<string, TaskResult>();
  readonly #skipped: string[] = [];

  constructor(
    private readonly groups: readonly RunGroup[],
    private readonly context: PublishContext,
  ) {}

  /** Results of the tasks that go no further. */
  get ended(): TaskResults {
    return this.#ended;
  }

  /** Ids of those among them that had nothing to publish. */
  get skipped(): readonly string[] {
    return this.#skipped;
  }

  /** @returns what the step made of those that go on. */
  async pass<Input, Output>(
    inputs: readonly Input[],
    taskOf: (input: Input) => AnyTask,
    step: (input: Input) => Output | Promise<Output>,
  ): Promise<readonly Output[]> {
    const attempts = await attemptAll(inputs, step);
    const failures = attempts.flatMap((attempt) => (attempt.ok ? [] : [{ task: taskOf(attempt.input), error: attempt.error }]));
    for (const { task, error } of failures) await this.#fail(task, describeFailure(error, this.context.doctorOf?.(task.project)));
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

  /** Ends those well that there is a reason to skip; nobody waits for them. @returns the others */
  async skip<Input>(
    inputs: readonly Input[],
    taskOf: (input: Input) => AnyTask,
    reasonOf: (input: Input) => string | undefined,
  ): Promise<readonly Input[]> {
    const others: Input[] = [];
    for (const input of inputs) {
      const reason = reasonOf(input);
      if (reason === undefined) others.push(input);
      else await this.#skip(taskOf(input), reason);
    }
    return others;
  }

  #whoStops({ taskId }: AnyTask, failures: readonly { readonly task: AnyTask }[]): readonly string[] {
    const stoppedBy = this.groups.find(({ taskIds }) => taskIds.includes(taskId))?.stoppedBy ?? [];
    return failures.flatMap(({ task }) => (stoppedBy.includes(task.taskId) ? [task.project] : []));
  }

  async #skip(task: AnyTask, reason: string): Promise<void> {
    const { run, print } = this.context;
    const result = await skipTask(task, reason, this.context);
    await run.note({ taskId: task.taskId, state: 'skipped' });
    // Nx shows nothing of tasks that end well, so that it is said here.
    print(`${task.project}: skipped, for ${reason}.`);
    this.#skipped.push(task.taskId);
    this.#ended.set(task.taskId, result);
  }

  async #fail(task: AnyTask, text: string): Promise<void> {
    const { run, workspaceRoot, env } = this.context;
    await run.note({ taskId: task.taskId, state: 'failed', reason: text });
    if (!isDryRun(task, env)) await writeReport(imageFolder(workspaceRoot, task.project), reportFailure(task.project, text), this.context);
    this.#ended.set(task.taskId, { success: false, text });
  }
}
