import pLimit from 'p-limit';

/** The tasks of one batch, and their dependencies. */
export interface OrderedWork<Result> {
  readonly ids: readonly string[];
  /** Only those of `ids` count. There are no cycles: Nx refuses them. */
  readonly dependenciesOf: (id: string) => readonly string[];
  readonly run: (id: string) => Promise<Result>;
  readonly isSuccess: (result: Result) => boolean;
  /** Called instead of `run` when dependencies of `id` failed. */
  readonly skip: (id: string, failed: readonly string[]) => Result;
  /** Maximum number of parallel tasks; may be `Infinity`. */
  readonly limit: number;
}

/** Runs tasks in parallel, each after its dependencies. Every task gets a result. `run` must not throw. */
export async function runInOrder<Result>(work: OrderedWork<Result>): Promise<ReadonlyMap<string, Result>> {
  const limit = pLimit(work.limit);
  const started = new Map<string, Promise<Result>>();
  const start = (id: string): Promise<Result> => {
    const known = started.get(id);
    if (known !== undefined) return known;
    const result = runAfterOthers(id);
    started.set(id, result);
    return result;
  };
  const runAfterOthers = async (id: string): Promise<Result> => {
    const before = work.dependenciesOf(id).filter((other) => work.ids.includes(other));
    const results = await Promise.all(before.map(start));
    const failed = before.filter((_, index) => {
      const result = results[index];
      return result !== undefined && !work.isSuccess(result);
    });
    return failed.length === 0 ? limit(() => work.run(id)) : work.skip(id, failed);
  };
  return new Map(await Promise.all(work.ids.map(async (id) => [id, await start(id)] as const)));
}
