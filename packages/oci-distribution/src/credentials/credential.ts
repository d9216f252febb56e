import { knownSecrets } from '@nx-oci/model';

/** Something to log in with. Held in memory only; never part of a message. */
export type Credential =
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  /** Exchanged for an access token at the registry's token service (OAuth2 refresh token). */
  | { readonly kind: 'identity-token'; readonly token: string; readonly username?: string }
  /** Sent as it is, as a Bearer token. */
  | { readonly kind: 'registry-token'; readonly token: string };

export interface CredentialAnswer {
  readonly credential?: Credential;
  /** Each place that was looked at and what was there, for error texts: `config.json (no entry)`. Never a secret. */
  readonly looked: readonly string[];
}

/** Somewhere that may know how to log in. */
export interface CredentialSource {
  /**
   * @param registry `host[:port]` as in a reference; Docker Hub is always `docker.io`.
   * @param repository without the registry; some sources keep credentials per path.
   * @throws OciError `CREDENTIALS_INVALID` for a file that can not be read, `CREDENTIAL_HELPER_FAILED` for a program that failed.
   */
  find(registry: string, repository: string): Promise<CredentialAnswer>;
}

/** Asks one source after the other; the first that knows decides. */
export function credentialChain(sources: readonly CredentialSource[]): CredentialSource {
  return {
    async find(registry, repository) {
      const looked: string[] = [];
      for (const source of sources) {
        const answer = await source.find(registry, repository);
        looked.push(...answer.looked);
        if (answer.credential !== undefined) return { credential: answer.credential, looked };
      }
      return { looked };
    },
  };
}

/** From now on no message holds it: to be called by whoever has found one. */
export function hideCredential(credential: Credential): void {
  const secrets = knownSecrets();
  if (credential.kind === 'basic') secrets.addLogin(credential);
  else secrets.add(credential.token);
  // Token services without OAuth2 get it as a password.
  if (credential.kind === 'identity-token') secrets.addLogin({ username: credential.username ?? '<token>', password: credential.token });
}

/** Two credentials that a registry would take for the same account. */
export function isSameCredential(one: Credential | undefined, other: Credential | undefined): boolean {
  return credentialKey(one) === credentialKey(other);
}

/** Tells credentials apart in a map. Holds the secret: it stays in memory and is never printed. */
export function credentialKey(credential: Credential | undefined): string {
  if (credential === undefined) return 'anonymous';
  const { kind } = credential;
  if (kind === 'basic') return JSON.stringify([kind, credential.username, credential.password]);
  return JSON.stringify([kind, credential.token]);
}
