import { printable, type TaskResults } from '@nx-oci/publish';

/** The result of one task of a batch, for Nx. */
export interface BatchResult {
  /** Id of the task. */
  readonly task: string;
  readonly result: { readonly success: boolean; readonly terminalOutput: string };
}

/**
 * A result for every task, whatever happened: Nx would run a task without one again and again. Yield these results: Nx (22 to 24)
 * does not show returned ones, not even the reason of a failure.
 */
export function batchResultsOf(taskIds: readonly string[], results: TaskResults): readonly BatchResult[] {
  return taskIds.map((taskId) => {
    const { success, text } = results.get(taskId) ?? {
      success: false,
      text: 'nx-oci returned no result for this task. This is a bug in nx-oci; please report it.',
    };
    return { task: taskId, result: { success, terminalOutput: `${printable(text)}\n` } };
  });
}
