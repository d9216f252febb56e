import { types } from 'node:util';

import { isOciError, OciError } from '@nx-oci/model';

import { errorsOf, valuesOf, type Attempt } from './attempt-all';

/**
 * The values of all attempts; if some failed, one error for all of them, so that users need not fix one mistake per run.
 *
 * @param doing the first words of the message: `Nothing was copied`
 */
export function collectOrThrow<Output>(doing: string, attempts: readonly Attempt<unknown, Output>[]): readonly Output[] {
  const errors = errorsOf(attempts);
  if (errors.length > 0) throw joinErrors(doing, errors);
  return valuesOf(attempts);
}

/** Combines errors, at least one, into one. */
export function joinErrors(doing: string, errors: readonly unknown[]): Error {
  const known = errors.filter((error) => isOciError(error));
  const [first] = known;
  // Bugs keep their stack traces.
  if (first === undefined || known.length < errors.length) return toError(errors.find((error) => !isOciError(error)));
  if (known.length === 1) return first;
  const lines = new Set(known.map(({ message, hint }) => `  ${message}${hint === undefined ? '' : ` → ${hint}`}`));
  return new OciError(first.code, [`${doing}: ${lines.size} problems`, ...lines].join('\n'));
}

/** Not checked by class: a system error of Node may come from another realm. Its code names the reason. */
function toError(thrown: unknown): Error {
  return types.isNativeError(thrown) ? thrown : new Error(String(thrown));
}
