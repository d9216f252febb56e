/** The result of one publish task. */
export interface TaskResult {
  readonly success: boolean;
  /** Output of this task, besides that of the whole run. */
  readonly text: string;
  /** A concurrent run was faster: repeat the publish, based on its result. */
  readonly isRaced?: boolean;
}

/** By id of the task. */
export type TaskResults = ReadonlyMap<string, TaskResult>;
