import { imageFolder } from '../engines/names/image-folder';
import { type Timings } from '../report/report-schema';
import { type RunGroup } from '../run/run-group';
import { attemptAll } from './destination/attempt-all';
import { describeFailure, doctorOf } from './report/describe-failure';
import { reportFailure, writeReport } from './report/write-report';
import { isDryRun, type NormalizedTask } from './task/normalize-task';
import { type PublishContext } from './publish-context';
import { type PublishTask } from './task/publish-task';
import { type TaskResult, type TaskResults } from './task/task-result';
import { skipTask } from './report/skip-task';

type AnyTask = PublishTask | NormalizedTask;

/** A task, or the result of a phase for it. */
type OfTask = AnyTask | { readonly task: NormalizedTask } | { readonly prepared: { readonly task: NormalizedTask } };

/**
 * Runs the tasks of this process through the phases of a publish. A phase ends for all before the next begins; a task that
 * fails is recorded, and so are tasks that must not be tagged without it.
 */
export class PhaseRunner {
  readonly #ended = new Map<string, TaskResult>();
  readonly #skipped: string[] = [];

  constructor(
    private readonly groups: readonly RunGroup[],
    private readonly context: PublishContext,
  ) {}

  /** Results of the tasks that have ended. */
  get ended(): TaskResults {
    return this.#ended;
  }

  /** Ids of those among them that had nothing to publish. */
  get skipped(): readonly string[] {
    return this.#skipped;
  }

  /** @returns the results of the phase for the remaining tasks. */
  async run<Input extends OfTask, Output>(
    inputs: readonly Input[],
    phase: (input: Input) => Output | Promise<Output>,
  ): Promise<readonly Output[]> {
    const attempts = await attemptAll(inputs, phase);
    const failures = attempts.flatMap((attempt) => (attempt.ok ? [] : [{ task: taskOf(attempt.input), error: attempt.error }]));
    for (const { error } of failures) this.context.failed?.(error);
    for (const { task, error } of failures)
      await this.#fail(task, describeFailure(error, doctorOf(task, this.context.doctorOf?.(task.project))));
    const values: Output[] = [];
    for (const attempt of attempts) {
      if (!attempt.ok) continue;
      const task = taskOf(attempt.input);
      const culprits = this.#whoStops(task, failures);
      if (culprits.length === 0) values.push(attempt.value);
      else await this.#fail(task, `Not published: ${culprits.join(', ')} failed, and a run tags all of its images or none.`);
    }
    return values;
  }

  /** Skips tasks that have a reason to be skipped; no task waits for them. @returns the others */
  async skip<Input extends OfTask>(inputs: readonly Input[], reasonOf: (input: Input) => string | undefined): Promise<readonly Input[]> {
    const others: Input[] = [];
    for (const input of inputs) {
      const reason = reasonOf(input);
      if (reason === undefined) others.push(input);
      else await this.#skip(taskOf(input), reason);
    }
    return others;
  }

  /** Records that a task sets no tag, and no image waits for it, for a reason that the caller reports. */
  async leaveOut({ taskId }: AnyTask): Promise<void> {
    await this.context.run.record({ taskId, state: 'skipped' });
    this.#skipped.push(taskId);
  }

  #whoStops({ taskId }: AnyTask, failures: readonly { readonly task: AnyTask }[]): readonly string[] {
    const stoppedBy = this.groups.find(({ taskIds }) => taskIds.includes(taskId))?.stoppedBy ?? [];
    return failures.flatMap(({ task }) => (stoppedBy.includes(task.taskId) ? [task.project] : []));
  }

  async #skip(task: AnyTask, reason: string): Promise<void> {
    const result = await skipTask(task, reason, this.context);
    await this.leaveOut(task);
    // Nx shows no output of successful tasks in a batch, so it is printed here.
    this.context.print(`${task.project}: skipped: ${reason}.`);
    this.#ended.set(task.taskId, result);
  }

  async #fail(task: AnyTask, text: string): Promise<void> {
    const { run, workspaceRoot, env } = this.context;
    await run.record({ taskId: task.taskId, state: 'failed', reason: text });
    if (!isDryRun(task, env)) await writeReport(imageFolder(workspaceRoot, task.project), reportFailure(task.project, text), this.context);
    this.#ended.set(task.taskId, { success: false, text });
  }
}

function taskOf(input: OfTask): AnyTask {
  if ('prepared' in input) return input.prepared.task;
  return 'task' in input ? input.task : input;
}

/** Measures the phases of a publish, one after the other, from now on. */
export class PhaseClock {
  readonly startedAtMs: number;
  #timings: Timings = {};
  #phaseStartMs: number;

  constructor(private readonly now: () => number) {
    this.startedAtMs = this.#phaseStartMs = now();
  }

  /** Records that a phase has ended and the next one begins. */
  end(phase: keyof Timings): void {
    const nowMs = this.now();
    this.#timings = { ...this.#timings, [phase]: nowMs - this.#phaseStartMs };
    this.#phaseStartMs = nowMs;
  }

  /** Milliseconds of the phases that have ended. */
  get timings(): Timings {
    return this.#timings;
  }
}
