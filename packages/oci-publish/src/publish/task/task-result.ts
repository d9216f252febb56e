/** What came of one publish task. */
export interface TaskResult {
  readonly success: boolean;
  /** What to show for this task, beside what the run printed for all of them. */
  readonly text: string;
  /** Another run published at the same time, and was faster: to be done again, upon what that one left. */
  readonly isRaced?: boolean;
}

/** By id of the task. */
export type TaskResults = ReadonlyMap<string, TaskResult>;
