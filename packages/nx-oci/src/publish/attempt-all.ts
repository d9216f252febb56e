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

/** Runs the next step over what came out well, under the inputs of the first one; what failed before stays failed. */
export async function attemptNext<Input, Value, Output>(
  attempts: readonly Attempt<Input, Value>[],
  step: (value: Value) => Output | Promise<Output>,
): Promise<readonly Attempt<Input, Output>[]> {
  const next = await attemptAll(attempts, (attempt) => {
    if (attempt.ok) return step(attempt.value);
    throw attempt.error;
  });
  return next.map((attempt) => ({ ...attempt, input: attempt.input.input }));
}

export function allOk(attempts: readonly Attempt<unknown, unknown>[]): boolean {
  return attempts.every(({ ok }) => ok);
}

export function valuesOf<Output>(attempts: readonly Attempt<unknown, Output>[]): Output[] {
  return attempts.flatMap((attempt) => (attempt.ok ? [attempt.value] : []));
}
