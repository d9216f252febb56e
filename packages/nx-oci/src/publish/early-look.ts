import { setTimeout as sleep } from 'node:timers/promises';

import { type Descriptor } from '@nx-oci/model';

import { foreseeTags } from '../tags/foresee-tags';
import { type Destination } from './destination';
import { type OpenedTask } from './open-task';
import { rulesIn } from './task-rules';
import { waitForLoopback } from './wait-for-loopback';

export interface LookContext {
  readonly print: (text: string) => void;
  readonly now: () => number;
  readonly signal?: AbortSignal;
}

// To connect to a host near by.
const HEAD_START_MS = 3;

/**
 * Looks at the tags that are known by name, while git is still asked for the others and for the stamp: the first round
 * trips to a registry, which tell how it is entered, then cost no time.
 */
export class EarlyLook {
  readonly #answers = new Map<Destination, ReadonlyMap<string, Promise<Descriptor | undefined>>>();
  readonly #stop = new AbortController();
  #listening: Promise<void> = Promise.resolve();

  constructor(private readonly context: LookContext) {}

  /** Sends the first requests, as soon as registries on this machine listen. @returns when there is time for something else. */
  async begin(tasks: readonly OpenedTask[]): Promise<void> {
    const { signal } = this.context;
    const either = signal === undefined ? this.#stop.signal : AbortSignal.any([signal, this.#stop.signal]);
    const destinations = tasks.flatMap((task) => task.destinations);
    this.#listening = waitForLoopback(destinations, { ...this.context, signal: either });
    this.#listening.catch(() => undefined);
    for (const { task, destinations: own } of tasks) {
      for (const destination of own) {
        const tags = foreseeTags(rulesIn(task, destination.entry));
        const look = (tag: string) => this.#listening.then(() => destination.repository.resolve(tag, { signal: either }));
        this.#answers.set(destination, new Map(tags.map((tag) => [tag, look(tag)])));
      }
    }
    // Whoever needs an answer hears why there is none; perhaps nobody does.
    for (const answers of this.#answers.values()) for (const answer of answers.values()) answer.catch(() => undefined);
    // Starting a process keeps this thread from sending.
    await sleep(HEAD_START_MS);
  }

  /** What a tag points at now: the early answer, else a new one. */
  async resolve(destination: Destination, tag: string): Promise<Descriptor | undefined> {
    await this.#listening;
    const { signal } = this.context;
    return this.#answers.get(destination)?.get(tag) ?? destination.repository.resolve(tag, { signal });
  }

  /** Ends what is still under way; to be called when nobody will ask any more. */
  end(): void {
    this.#stop.abort();
  }
}
