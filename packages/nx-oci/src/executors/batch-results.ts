import { printable, type TaskResults } from '@nx-oci/publish';

/** The result of one task of a batch, for Nx. */
export interface BatchResult {
  /** Id of the task. */
  readonly task: string;
  readonly result: { readonly success: boolean; readonly terminalOutput: string };
}

/**
 * A result for every task, whatever happened: Nx runs a task without one for ever again. To be yielded, not returned:
 * Nx shows only those (22 to 24); what is returned stays silent, a failure's reason too.
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
