/** Runs tasks one after another, in the order in which they came. A task that fails does not stop the next. */
export class SerialQueue {
  private last: Promise<unknown> = Promise.resolve();

  run<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.last.then(task);
    // The caller gets the failure through `result`; the queue only needs to know that the task ended.
    this.last = result.catch(() => undefined);
    return result;
  }
}
