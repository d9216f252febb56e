import { type Digest } from '@nx-oci/model';

/** What one run knows of the lists of referrers of one repository. */
export class KnownLinks {
  readonly #links = new Set<string>();
  readonly #turns = new Map<Digest, Promise<unknown>>();

  note(subject: Digest, referrer: Digest): void {
    this.#links.add(`${subject} ${referrer}`);
  }

  has(subject: Digest, referrer: Digest): boolean {
    return this.#links.has(`${subject} ${referrer}`);
  }

  /** Whoever changes one list takes turns, for each reads the whole list before it writes it. */
  inTurn(subject: Digest, task: () => Promise<void>): Promise<void> {
    const turn = (this.#turns.get(subject) ?? Promise.resolve()).then(task);
    // A failure is the caller's; who comes next has a list of its own to read.
    this.#turns.set(
      subject,
      turn.catch(() => undefined),
    );
    return turn;
  }
}
