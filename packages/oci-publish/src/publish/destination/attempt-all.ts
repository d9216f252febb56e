/** One input's result: never an exception, so that one failure does not hide the others. */
export type Attempt<Input, Output> =
  | { readonly input: Input; readonly ok: true; readonly value: Output }
  | { readonly input: Input; readonly ok: false; readonly error: unknown };

/** Runs a step over all inputs at once and waits for every one to end. */
export function attemptAll<Input, Output>(
  inputs: readonly Input[],
  step: (input: Input) => Output | Promise<Output>,
): Promise<readonly Attempt<Input, Output>[]> {
  return Promise.all(
    inputs.map(async (input): Promise<Attempt<Input, Output>> => {
      try {
        return { input, ok: true, value: await step(input) };
      } catch (error) {
        return { input, ok: false, error };
      }
    }),
  );
}

export function valuesOf<Output>(attempts: readonly Attempt<unknown, Output>[]): readonly Output[] {
  return attempts.flatMap((attempt) => (attempt.ok ? [attempt.value] : []));
}

export function errorsOf(attempts: readonly Attempt<unknown, unknown>[]): readonly unknown[] {
  return attempts.flatMap((attempt) => (attempt.ok ? [] : [attempt.error]));
}
