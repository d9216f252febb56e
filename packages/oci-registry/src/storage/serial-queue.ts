/** Runs tasks one after another, in the order in which they were added. A failed task does not stop the next. */
export class SerialQueue {
  private last: Promise<unknown> = Promise.resolve();
  private hasEnded = false;

  run<Result>(task: () => Promise<Result>): Promise<Result> {
    if (this.hasEnded) return Promise.reject(new Error('The registry has stopped.'));
    const result = this.last.then(task);
    // The caller gets the failure through `result`; the queue only needs to know that the task ended.
    this.last = result.catch(() => undefined);
    return result;
  }

  /** Accepts no more tasks, and resolves once all accepted ones have ended. */
  async end(): Promise<void> {
    this.hasEnded = true;
    await this.last;
  }
}
