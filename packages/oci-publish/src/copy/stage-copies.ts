import { limitParallel, type Limit } from '@nx-oci/model';

import { describeDestination } from '../publish/destination/destination';
import { formatBytes } from '../text/format-bytes';
import { style } from '../text/style';
import { type CopyPlan } from './plan-copy';
import { type CopyContext } from './source/copy-context';
import { sizeOfImage } from './source/read-image';
import { type ReadSource } from './source/read-source';
import { SharedDownloads } from './source/shared-downloads';
import { stageCopy, type StagedCopy } from './stage-copy';

/**
 * Sends every source to each of its targets, to different registries at the same time. Copies to the same registry run one
 * after the other, so that each mounts what an earlier one has sent. What several registries need at the same time is
 * downloaded once.
 */
export class CopyStager {
  readonly #downloads = new Map<ReadSource, SharedDownloads>();
  /** By registry. */
  readonly #turns = new Map<string, Limit>();

  constructor(
    private readonly plans: readonly CopyPlan[],
    private readonly context: CopyContext,
  ) {}

  stage(plan: CopyPlan): Promise<StagedCopy> {
    const { memory, watcher, signal } = this.context;
    const bounds = { memory, watcher, signal, downloads: this.#downloadsOf(plan.source), isAlone: this.plans.length === 1 };
    return this.#turnsAt(plan.destination.repository.registry)(() => {
      // It may take minutes from here on.
      if (!plan.hasContent) this.context.print(describeCopying(plan));
      return stageCopy(plan, bounds);
    });
  }

  #downloadsOf(source: ReadSource): SharedDownloads {
    const downloads = this.#downloads.get(source) ?? new SharedDownloads(source.repository, this.context.sharing);
    this.#downloads.set(source, downloads);
    return downloads;
  }

  #turnsAt(registry: string): Limit {
    const turns = this.#turns.get(registry) ?? limitParallel(1);
    this.#turns.set(registry, turns);
    return turns;
  }
}

/** The line that is printed when a copy begins. */
function describeCopying({ source, destination }: CopyPlan): string {
  return style.dim(`${source.name} → ${describeDestination(destination)} (${formatBytes(sizeOfImage(source.image))}) …`);
}
