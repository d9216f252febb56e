import { isOciError } from '@nx-oci/model';

import { attemptAll, errorsOf, valuesOf } from '../publish/destination/attempt-all';
import { joinErrors } from '../publish/destination/collect-or-throw';
import { type CopyRequest } from './job/copy-job';

/**
 * Runs the copies of a request through the phases. A phase ends for all before the next begins. If one fails in a phase,
 * that phase is the last; with `onFailure: continue`, copies that fail are left out of the following phases.
 */
export class CopyPhases {
  readonly #failures: unknown[] = [];

  constructor(private readonly onFailure: CopyRequest['onFailure']) {}

  /** What was left out so far. */
  get failures(): readonly unknown[] {
    return this.#failures;
  }

  /**
   * @param otherwise the message if the copy ends with this phase: `Nothing was copied`
   * @returns the results of the remaining copies.
   * @throws OciError of all that failed, where the copy does not go on, or nothing is left to go on with.
   */
  async run<Input, Output>(
    otherwise: string,
    inputs: readonly Input[],
    phase: (input: Input) => Output | Promise<Output>,
  ): Promise<readonly Output[]> {
    const attempts = await attemptAll(inputs, phase);
    const [values, errors] = [valuesOf(attempts), errorsOf(attempts)];
    if (errors.length === 0) return values;
    // A bug of ours is no reason to go on.
    const mayGoOn = this.onFailure === 'continue' && values.length > 0 && errors.every((error) => isOciError(error));
    this.#failures.push(...errors);
    if (!mayGoOn) throw joinErrors(otherwise, this.#failures);
    return values;
  }

  /** The same for a phase that all copies pass together, or none; with `onFailure: continue`, each by itself. */
  async runTogether<Item>(
    otherwise: string,
    items: readonly Item[],
    phase: (items: readonly Item[]) => readonly Item[] | Promise<readonly Item[]>,
  ): Promise<readonly Item[]> {
    const parts = this.onFailure === 'continue' ? items.map((item) => [item]) : [items];
    return (await this.run(otherwise, parts, phase)).flat();
  }
}
