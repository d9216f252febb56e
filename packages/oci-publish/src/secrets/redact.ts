import { knownSecrets } from '@nx-oci/model';

import { hideCiCredentials } from './ci-credentials';

/** A text of ours for the user without secrets: in front of everything that is printed. */
export function redact(text: string): string {
  hideCiCredentials(process.env);
  return knownSecrets().redact(text);
}

/** External text without secrets, before it becomes part of our text. */
export function redactForeign(text: string): string {
  hideCiCredentials(process.env);
  return knownSecrets().redactForeign(text);
}

/** A value for a file or for CI without secrets: in front of every report, plan and note. */
export function redactData<T>(value: T): T {
  hideCiCredentials(process.env);
  return knownSecrets().redactData(value);
}
