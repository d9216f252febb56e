import { setImmediate as nextTurn } from 'node:timers/promises';

import { ModelRegistry, type PendingRequest } from './model-registry';
import { publishModel, type Diligence, type ModelRun } from './model-run';

/** Which of several requests happens next. */
export type Choose = (options: number) => number;

export interface Play {
  readonly runs: readonly ModelRun[];
  /** By position of a run: after how many of its requests it is killed. */
  readonly killedAfter?: readonly (number | undefined)[];
  readonly diligence?: Diligence;
  readonly choose: Choose;
  /** Called after each write of a tag. */
  readonly watch: (registry: ModelRegistry) => void;
}

export interface Played {
  readonly registry: ModelRegistry;
  /** By position: whether the run completed. */
  readonly isCompleted: readonly boolean[];
}

/**
 * Executes runs against one registry, one request at a time, in the order that `choose` returns.
 *
 * The assumption of the protocol is the model's only law of time: a write lands within the settle time of its read. So a
 * run that waits goes on only when every other run that had read one of its tags before, and not yet written it, has
 * written, given up or died.
 */
export async function interleave(
  { runs, killedAfter = [], diligence = 'looksAgain', choose, watch }: Play,
  registry = new ModelRegistry(),
) {
  const isCompleted = runs.map(() => false);
  const windows = new Windows();
  const shared = sharedTags(runs);
  const spent = runs.map(() => 0);
  const failures: unknown[] = [];
  runs.forEach((run, id) => {
    publishModel(id, run, registry, diligence).then(
      () => (isCompleted[id] = true),
      (error: unknown) => failures.push(error),
    );
  });
  const kill = (): void => {
    const isDead = (id: number): boolean => (spent[id] ?? 0) >= (killedAfter[id] ?? Infinity);
    runs.forEach((_, id) => isDead(id) && windows.close(id));
    registry.pending.splice(0, Infinity, ...registry.pending.filter(({ run }) => !isDead(run)));
  };
  for (;;) {
    await nextTurn();
    if (failures.length > 0) throw failures[0];
    kill();
    isCompleted.forEach((isDone, id) => isDone && windows.close(id));
    for (const request of registry.pending) if (request.kind === 'sleep') windows.note(request);
    const ready = registry.pending.filter((request) => windows.mayHappen(request));
    if (ready.length === 0) break;
    // The order of requests that no other run can observe does not matter.
    const own = ready.find(({ kind, tag }) => kind !== 'list' && kind !== 'sleep' && tag !== undefined && !shared.has(tag));
    const next = own ?? ready[choose(ready.length)] ?? ready[0];
    if (next === undefined) break;
    registry.pending.splice(registry.pending.indexOf(next), 1);
    windows.follow(next);
    spent[next.run] = (spent[next.run] ?? 0) + 1;
    next.happen();
    if (next.kind === 'write') watch(registry);
  }
  if (registry.pending.length > 0) throw new Error('the model is stuck');
  return { registry, isCompleted } satisfies Played;
}

/** Tags that more than one run reads, writes or lists. */
function sharedTags(runs: readonly ModelRun[]): ReadonlySet<string> {
  const names = runs.flatMap(({ commit, version, floating }) => [
    `sha-${commit.line}-${commit.position}`,
    ...floating,
    ...(version === undefined ? [] : [`v${version}`, `v${version}`]),
  ]);
  return new Set(names.filter((name, index) => names.indexOf(name) !== index));
}

/** Runs that have read a tag and may still write it based on that. */
class Windows {
  readonly #open = new Map<number, Map<string, symbol>>();
  /** What was pending when a wait began. */
  readonly #awaited = new Map<PendingRequest, ReadonlySet<symbol>>();

  follow({ run, kind, tag }: PendingRequest): void {
    const own = this.#open.get(run) ?? new Map<string, symbol>();
    this.#open.set(run, own);
    if (tag === undefined) return;
    if (kind === 'read') own.set(tag, Symbol(tag));
    if (kind === 'write') own.delete(tag);
  }

  close(run: number): void {
    this.#open.delete(run);
  }

  /** A run that waits has written, or decided not to. */
  note(request: PendingRequest): void {
    if (this.#awaited.has(request)) return;
    this.close(request.run);
    this.#awaited.set(request, new Set(this.#symbols()));
  }

  mayHappen(request: PendingRequest): boolean {
    const awaited = this.#awaited.get(request);
    return awaited === undefined || !this.#symbols().some((symbol) => awaited.has(symbol));
  }

  #symbols(): readonly symbol[] {
    return [...this.#open.values()].flatMap((own) => [...own.values()]);
  }
}
