import { explainSystemError, isOciError } from '@nx-oci/model';

/** Runs a generator; Nx prints the message of its error alone, so the hint becomes part of it. */
export async function withHints<Result>(generate: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await generate();
  } catch (thrown) {
    const error = explainSystemError(thrown) ?? thrown;
    if (!isOciError(error) || error.hint === undefined) throw error;
    throw new Error(`${error.message}\n${error.hint}`, { cause: error });
  }
}
