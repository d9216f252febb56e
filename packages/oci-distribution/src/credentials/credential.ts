import { knownSecrets } from '@nx-oci/model';

/** A login. Kept in memory only, never part of a message. */
export type Credential =
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  /** Exchanged for an access token at the registry's token service (OAuth2 refresh token). */
  | { readonly kind: 'identity-token'; readonly token: string; readonly username?: string }
  /** Sent unchanged, as a Bearer token. */
  | { readonly kind: 'registry-token'; readonly token: string };

export interface CredentialAnswer {
  readonly credential?: Credential;
  /** Each source that was searched, and the result, for error texts: `config.json (no entry)`. Never a secret. */
  readonly searched: readonly string[];
  /** Names of the environment variables that hold the credential, if it came from some. */
  readonly variables?: readonly string[];
}

/** A source of credentials. */
export interface CredentialSource {
  /**
   * @param registry `host[:port]` as in a reference; Docker Hub is always `docker.io`.
   * @param repository without the registry; some sources keep credentials per path.
   * @throws OciError `CREDENTIALS_INVALID` for a file that cannot be read, `CREDENTIAL_HELPER_FAILED` for a helper that failed.
   */
  find(registry: string, repository: string): Promise<CredentialAnswer>;
}

/** Asks one source after the other; the first that has credentials decides. */
export function credentialChain(sources: readonly CredentialSource[]): CredentialSource {
  return {
    async find(registry, repository) {
      const searched: string[] = [];
      for (const source of sources) {
        const answer = await source.find(registry, repository);
        searched.push(...answer.searched);
        if (answer.credential !== undefined) return { ...answer, searched };
      }
      return { searched };
    },
  };
}

/** Hides a credential in all further messages. Call it for every credential that is found. */
export function hideCredential(credential: Credential): void {
  const secrets = knownSecrets();
  if (credential.kind === 'basic') secrets.addLogin(credential);
  else secrets.add(credential.token);
  // Token services without OAuth2 receive it as a password.
  if (credential.kind === 'identity-token') secrets.addLogin({ username: credential.username ?? '<token>', password: credential.token });
}

/** Whether two credentials are of the same account. */
export function isSameCredential(one: Credential | undefined, other: Credential | undefined): boolean {
  return credentialKey(one) === credentialKey(other);
}

/** Distinguishes credentials in a map. Contains the secret: it stays in memory and is never printed. */
export function credentialKey(credential: Credential | undefined): string {
  if (credential === undefined) return 'anonymous';
  const { kind } = credential;
  if (kind === 'basic') return JSON.stringify([kind, credential.username, credential.password]);
  return JSON.stringify([kind, credential.token]);
}
