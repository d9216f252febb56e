import { knownSecrets, OciError } from '@nx-oci/model';

/** A word that would be public, and what it is: `tag`, `label org.example`. */
export interface PublicName {
  readonly kind: string;
  readonly text: string;
}

/** Problems of names that contain a credential of this run, for whatever reason. Does not repeat the names. */
export function findSecretNames(names: readonly PublicName[]): readonly string[] {
  const kinds = names.filter(({ text }) => knownSecrets().isInName(text)).map(({ kind }) => kind);
  return [...new Set(kinds)].map(
    (kind) => `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind} contains a credential of this run → use another value: names are public`,
  );
}

/** @throws OciError `OPTIONS_INVALID` */
export function refuseSecretNames(doing: string, names: readonly PublicName[]): void {
  const problems = findSecretNames(names);
  if (problems.length === 0) return;
  throw new OciError('OPTIONS_INVALID', `Cannot ${doing}: ${problems.join('; ')}.`, {
    hint: 'Revoke the credential if it was published before.',
  });
}
