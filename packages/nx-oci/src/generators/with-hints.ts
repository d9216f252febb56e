import { explainSystemError, isOciError } from '@nx-oci/model';
import { asTyped, printable } from '@nx-oci/publish';

/** Runs a generator; Nx only prints the message of its error, so the hint becomes part of that. */
export async function withHints<Result>(generate: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await generate();
  } catch (thrown) {
    const error = explainSystemError(thrown) ?? thrown;
    if (!isOciError(error)) throw error;
    const text = error.hint === undefined ? error.message : `${error.message}\n${error.hint}`;
    throw new Error(printable(asTyped(text, process.env)), { cause: error });
  }
}
