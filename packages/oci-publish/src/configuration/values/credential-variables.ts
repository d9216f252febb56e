import { knownSecrets } from '@nx-oci/model';

import { CI_CREDENTIALS, hideCiCredentials } from '../../secrets/ci-credentials';
import { keysAt, textsUnder } from './value-at';
import { listVariables, replaceVariables, type Environment } from './variables';

// The keys of a registry that may contain a secret.
const SECRET_PLACES = [
  ['auth', 'password'],
  ['auth', 'token'],
  ['tls', 'key'],
] as const;

/** The variables whose values are credentials: those of logins in registries.yaml, and those of CI systems. */
export function credentialVariables(data: unknown): ReadonlySet<string> {
  return new Set([...CI_CREDENTIALS, ...secretTexts(data).flatMap(listVariables)]);
}

/** From now on, credentials of registries.yaml and of CI systems are redacted in everything that is printed or written. */
export function hideCredentials(data: unknown, env: Environment): void {
  hideCiCredentials(env);
  for (const text of new Set(secretTexts(data))) {
    knownSecrets().add(replaceVariables(text, env).text);
    for (const name of listVariables(text)) knownSecrets().add(env[name]);
  }
}

function secretTexts(data: unknown): readonly string[] {
  return keysAt(data, ['registries']).flatMap((name) =>
    SECRET_PLACES.flatMap((place) => textsUnder(data, ['registries', name, ...place]).map(({ text }) => text)),
  );
}
