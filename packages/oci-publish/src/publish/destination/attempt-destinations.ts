import { attemptAll, valuesOf } from './attempt-all';
import { type Destination } from './destination';

/** A registry that failed and does not get the image, while the others continue (`onFailure: continue`). */
export interface DestinationFailure {
  readonly destination: Destination;
  readonly error: unknown;
}

export interface AttemptedDestinations<Output> {
  readonly values: readonly Output[];
  readonly failures: readonly DestinationFailure[];
}

/**
 * Runs a step at all destinations of an image in parallel, and waits for all to end, even after a failure.
 *
 * @throws the error of the step at a registry without `onFailure: continue`.
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
