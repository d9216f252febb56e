import { type Credential, type CredentialAnswer } from '@nx-oci/distribution';

/** Describes the login for a registry. Never contains a secret. */
export interface Account {
  /** `alice, from registries.yaml (auth of ghcr)`; `no login found` with the places searched. */
  readonly text: string;
  readonly isAnonymous: boolean;
  /** A problem of the secret itself, as `what → the fix`. */
  readonly flaw?: string;
}

/** Describes a login and its source, which is the last of the searched ones. */
export function describeAccount({ credential, searched }: CredentialAnswer): Account {
  if (credential === undefined) {
    return { isAnonymous: true, text: searched.length === 0 ? 'no login found' : `no login found; looked in: ${searched.join(', ')}` };
  }
  const flaw = findFlaw(credential);
  const source = searched.at(-1);
  const text = source === undefined ? nameOf(credential) : `${nameOf(credential)}, from ${source}`;
  return { isAnonymous: false, text, ...(flaw !== undefined && { flaw }) };
}

function nameOf(credential: Credential): string {
  if (credential.kind === 'registry-token') return 'the owner of the token';
  return credential.username ?? 'the owner of the token';
}

/** Pasted secrets often end with a line break. */
function findFlaw(credential: Credential): string | undefined {
  const secret = credential.kind === 'basic' ? credential.password : credential.token;
  if (secret === '') return 'The password is empty: check the variable or secret that it comes from.';
  if (secret !== secret.trim()) return 'The password starts or ends with white space, perhaps a line break: store it again without it.';
  return undefined;
}
