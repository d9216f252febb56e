import { setTimeout as sleep } from 'node:timers/promises';

import { type Lookup } from '@nx-oci/model';

import { staticTags } from '../../tags/static-tags';
import { type Destination } from '../destination/destination';
import { type OpenedImage } from '../image/open-image';
import { rulesIn } from '../task/task-rules';
import { LocalRegistryWait } from '../destination/wait-for-local-registry';

export interface PrefetchContext {
  /** For the user. */
  readonly print: (text: string) => void;
  /** The same for messages that do not matter after the run, such as waits for a registry. Default `print`. */
  readonly mention?: (text: string) => void;
  readonly now: () => number;
  readonly signal?: AbortSignal;
}

// By then, a request to a near host has been sent, and one to a far host is under way.
const HEAD_START_MS = 25;

/**
 * Looks up the tags whose names do not depend on git while git is still running, so that the first round
 * trips to a registry, which show how to log in, cost no time.
 */
export class TagPrefetch {
  readonly #answers = new Map<Destination, ReadonlyMap<string, Promise<Lookup>>>();
  readonly #stop = new AbortController();
  readonly #patience: LocalRegistryWait;
  readonly #signal: AbortSignal;

  constructor(context: PrefetchContext) {
    const { signal } = context;
    this.#signal = signal === undefined ? this.#stop.signal : AbortSignal.any([signal, this.#stop.signal]);
    this.#patience = new LocalRegistryWait({ print: context.mention ?? context.print, now: context.now, signal: this.#signal });
  }

  /**
   * Sends the first requests, if there are such tags.
   *
   * @param departed settles when the first request is sent: starting git blocks this thread from sending.
   * @returns when the caller may block this thread.
   */
  async begin(tasks: readonly OpenedImage[], departed: Promise<void>): Promise<void> {
    for (const { task, destinations } of tasks) {
      for (const destination of destinations) {
        const tags = staticTags(rulesIn(task, destination.entry));
        this.#answers.set(destination, new Map(tags.map((tag) => [tag, this.#look(destination, tag)])));
      }
    }
    const answers = [...this.#answers.values()].flatMap((byTag) => [...byTag.values()]);
    // A failure is reported when the answer is used, which may never happen.
    for (const answer of answers) answer.catch(() => undefined);
    if (answers.length > 0) await Promise.race([departed, sleep(HEAD_START_MS)]);
  }

  /** What a tag points at now: the prefetched answer, else a new one. */
  resolve(destination: Destination, tag: string): Promise<Lookup> {
    return this.#answers.get(destination)?.get(tag) ?? this.#look(destination, tag);
  }

  /** Cancels pending lookups; call it when no more answers are needed. */
  end(): void {
    this.#stop.abort();
  }

  #look(destination: Destination, tag: string): Promise<Lookup> {
    return this.#patience.ask(destination, () => destination.repository.resolve(tag, { signal: this.#signal }));
  }
}

/** Prefetches during planning, and cancels pending lookups at its end. */
export async function withPrefetch<Result>(context: PrefetchContext, act: (prefetch: TagPrefetch) => Promise<Result>): Promise<Result> {
  const prefetch = new TagPrefetch(context);
  try {
    return await act(prefetch);
  } finally {
    prefetch.end();
  }
}
