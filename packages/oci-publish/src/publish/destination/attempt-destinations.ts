import { attemptAll, valuesOf } from './attempt-all';
import { type Destination } from './destination';

/** A registry that an image was left out of, since it failed there and the others go on (`onFailure: continue`). */
export interface DestinationFailure {
  readonly destination: Destination;
  readonly error: unknown;
}

export interface AttemptedDestinations<Output> {
  readonly values: readonly Output[];
  readonly failures: readonly DestinationFailure[];
}

/**
 * Runs a step at every destination of an image at once, and waits for all to end: nothing is left running behind a failure.
 *
 * @throws whatever the step fails with at a registry that does not let the others go on.
 */
export async function attemptDestinations<Input, Output>(
  inputs: readonly Input[],
  destinationOf: (input: Input) => Destination,
  step: (input: Input) => Promise<Output>,
): Promise<AttemptedDestinations<Output>> {
  const attempts = await attemptAll(inputs, step);
  const failures = attempts.flatMap((attempt) => (attempt.ok ? [] : [{ destination: destinationOf(attempt.input), error: attempt.error }]));
  const stopping = failures.find(({ destination }) => destination.entry.onFailure !== 'continue');
  if (stopping !== undefined) throw stopping.error;
  return { values: valuesOf(attempts), failures };
}
