import { Redactor } from './redactor';

// Shared by every copy of this package in one process, as the mark of `OciError` is: an error that one of them makes is
// printed by another.
const KEY = Symbol.for('nx-oci.secrets.1');

/**
 * The secrets that this process has met: the one memory that outlives a run, since what was a secret stays one.
 *
 * Whoever gets hold of a credential adds it here, before it is used; every error, and everything that is printed or
 * written, goes through its `redact` or `redactData`.
 */
export function knownSecrets(): Redactor {
  const shared = globalThis as { [KEY]?: Redactor };
  return (shared[KEY] ??= new Redactor());
}
