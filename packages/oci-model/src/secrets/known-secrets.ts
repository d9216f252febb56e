import { Redactor } from './redactor';

// Shared by all copies of this package in one process, as the mark of `OciError` is: one copy may print an error that
// another one created.
const KEY = Symbol.for('nx-oci.secrets.1');

/**
 * The secrets that this process has seen: the only state that outlives a run, since a secret stays a secret.
 *
 * Code that obtains a credential adds it here before using it; every error, and everything that is printed or
 * written, goes through `redact` or `redactData`.
 */
export function knownSecrets(): Redactor {
  const shared = globalThis as { [KEY]?: Redactor };
  return (shared[KEY] ??= new Redactor());
}
