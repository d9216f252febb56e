import { knownSecrets } from '@nx-oci/model';

import { hideCiCredentials } from './ci-credentials';

/** A text for people without secrets: in front of everything that is printed. */
export function redact(text: string): string {
  hideCiCredentials(process.env);
  return knownSecrets().redact(text);
}

/** A value for a file or for CI without secrets: in front of every report, plan and note. */
export function redactData<T>(value: T): T {
  hideCiCredentials(process.env);
  return knownSecrets().redactData(value);
}
