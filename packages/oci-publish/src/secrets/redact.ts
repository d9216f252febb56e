import { knownSecrets } from '@nx-oci/model';

import { hideCiCredentials } from './ci-credentials';

/** Removes secrets from our own text. Applied to everything that is printed. */
export function redact(text: string): string {
  hideCiCredentials(process.env);
  return knownSecrets().redact(text);
}

/** Removes secrets from external text, before it becomes part of ours. */
export function redactForeign(text: string): string {
  hideCiCredentials(process.env);
  return knownSecrets().redactForeign(text);
}

/** Removes secrets from a value for a file or for CI. Applied to every report, plan and record. */
export function redactData<T>(value: T): T {
  hideCiCredentials(process.env);
  return knownSecrets().redactData(value);
}
