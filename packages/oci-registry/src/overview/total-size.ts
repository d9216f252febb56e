import { setTimeout as sleep } from 'node:timers/promises';

import type { ContentStorage } from '../storage/storage';

// A page does not wait longer for the number: it is counted meanwhile, and the next page has it.
const PATIENCE_MS = 25;
// Counting again and again during a push of many images would only keep the disk busy.
const REST_MS = 3000;

/** The size of all content: counted when asked for, at most every few seconds. */
export class TotalSize {
  readonly #content: ContentStorage;
  readonly #onChange: () => void;
  #known: number | undefined;
  #isExpired = true;
  #countedAtMs = -Infinity;
  #counting: Promise<void> | undefined;

  /** @param onChange called when a page would show another number. */
  constructor(content: ContentStorage, onChange: () => void) {
    this.#content = content;
    this.#onChange = onChange;
  }

  /** Whether the next page counts again. */
  get isDue(): boolean {
    return this.#isExpired && performance.now() - this.#countedAtMs >= REST_MS;
  }

  expire(): void {
    this.#isExpired = true;
  }

  /** The last number; `undefined` before the first one. */
  async read(): Promise<number | undefined> {
    if (this.isDue) this.#counting ??= this.#count();
    if (this.#counting) await Promise.race([this.#counting, sleep(PATIENCE_MS, undefined, { ref: false })]);
    return this.#known;
  }

  async end(): Promise<void> {
    await this.#counting;
  }

  async #count(): Promise<void> {
    this.#isExpired = false;
    try {
      const total = await this.#content.totalBytes();
      if (total !== this.#known) this.#onChange();
      this.#known = total;
    } catch (error) {
      this.#isExpired = true;
      throw error;
    } finally {
      this.#countedAtMs = performance.now();
      this.#counting = undefined;
    }
  }
}
