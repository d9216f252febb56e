import { type Digest } from '@nx-oci/model';

/** The referrers of one repository that are known to be linked in this run. */
export class KnownLinks {
  readonly #links = new Set<string>();
  readonly #turns = new Map<Digest, Promise<unknown>>();

  add(subject: Digest, referrer: Digest): void {
    this.#links.add(`${subject} ${referrer}`);
  }

  has(subject: Digest, referrer: Digest): boolean {
    return this.#links.has(`${subject} ${referrer}`);
  }

  /** Runs changes to one list one after the other, since each reads the whole list before it writes it. */
  inTurn(subject: Digest, task: () => Promise<void>): Promise<void> {
    const turn = (this.#turns.get(subject) ?? Promise.resolve()).then(task);
    // Only the caller gets the failure; the next task reads the list again.
    this.#turns.set(
      subject,
      turn.catch(() => undefined),
    );
    return turn;
  }
}
