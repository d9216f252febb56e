import { describeCopying } from './render-copies';
import { attemptAll, type Attempt } from '../publish/destination/attempt-all';
import { type CopyContext } from './source/copy-context';
import { type CopyPlan } from './plan-copy';
import { SharedDownloads } from './source/shared-downloads';
import { stageCopy, type StagedTarget } from './stage-copy';

/** One source at one of its targets. */
export interface StagedPair {
  readonly plan: CopyPlan;
  readonly target: StagedTarget;
}

/**
 * Brings every source to each of its targets: to different registries at the same time. What one copy sends to a registry
 * the next one finds there and mounts, so that those to one registry take turns. What several registries need at the same
 * time is read once.
 */
export function stageCopies(
  plans: readonly CopyPlan[],
  { print, sharing, signal, memory }: CopyContext,
): Promise<readonly Attempt<unknown, StagedPair>[]> {
  const wanted = plans.flatMap((plan) => {
    const downloads = new SharedDownloads(plan.source.repository, sharing);
    return plan.targets.map((target) => ({ plan, target, downloads }));
  });
  const inTurn = takeTurns();
  const options = { isAlone: wanted.length === 1, places: memory.places, signal };
  return attemptAll(wanted, ({ plan, target, downloads }) =>
    inTurn(target.destination.repository.registry, async () => {
      // It may take minutes from here on.
      if (!target.hasContent) print(describeCopying(plan, target));
      return {
        plan,
        target: await stageCopy(plan, target, {
          ...options,
          downloads,
        }),
      };
    }),
  );
}

/** Runs tasks of one name one after the other, in the order they came; those of different names side by side. */
function takeTurns(): <T>(name: string, task: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return (name, task) => {
    const result = (last.get(name) ?? Promise.resolve()).then(task);
    // A failure of the previous one is reported separately.
    last.set(
      name,
      result.catch(() => undefined),
    );
    return result;
  };
}
