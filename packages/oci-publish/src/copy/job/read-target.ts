import { nearestName, OciError, parseReference, quote, type ImageReference } from '@nx-oci/model';

import { suggestName } from '../../text/problem';
import { type Registries, type RegistryEntry } from '../../configuration/registries';

/** The meaning of an entry of `to`: a registry of registries.yaml, or a full repository name. */
export type TargetWord =
  { readonly kind: 'registry'; readonly entry: RegistryEntry } | { readonly kind: 'reference'; readonly reference: ImageReference };

/** @throws OciError with the problem and the fix. */
export function readTargetWord(word: string, registries: Registries): TargetWord {
  if (registries.names.includes(word)) {
    const [entry] = registries.select([word]);
    if (entry !== undefined) return { kind: 'registry', entry };
  }
  if (!word.includes('/')) throw refuse(word, 'is not defined in registries.yaml', suggestRegistry(word, registries));
  const reference = parseReference(word);
  // Docker's short forms mean Docker Hub; for a target, a forgotten host must not.
  const isExplicit = word.startsWith(`${reference.registry}/`) || word.startsWith('index.docker.io/');
  if (!isExplicit) throw refuse(word, 'has no host', suggestHost(word, registries));
  if (reference.digest !== undefined) throw refuse(word, 'has a digest', 'Omit it: the copy keeps the digest of the source.');
  return { kind: 'reference', reference };
}

/** The entry of registries.yaml for a host, else one with default settings. */
export function entryFor({ registry, repository }: ImageReference, known: readonly RegistryEntry[]): RegistryEntry {
  const ofHost = known.filter(({ host }) => host === registry);
  const holding = ofHost.filter(({ namespace }) => namespace === '' || repository.startsWith(`${namespace}/`));
  const [best = ofHost[0]] = [...holding].sort((one, other) => other.namespace.length - one.namespace.length);
  return best ?? { name: registry, host: registry, namespace: '', trustedHosts: [], guard: true, onFailure: 'abort' };
}

function suggestRegistry(word: string, { names }: Registries): string {
  if (names.length === 0) return 'Add one with `nx g nx-oci:registry`, or write host/repository.';
  return `${suggestName(nearestName(word, names), names)} Or write host/repository.`;
}

function suggestHost(word: string, { names }: Registries): string {
  const [first = '', ...rest] = word.split('/');
  if (!names.includes(first)) return `Write host/repository, such as "registry.example.com/${word}".`;
  return `${first} is a registry of registries.yaml: write \`to: ${first}\` and \`image: ${rest.join('/')}\`.`;
}

function refuse(word: string, reason: string, hint: string): OciError {
  return new OciError('OPTIONS_INVALID', `${quote(word)} ${reason}.`, { hint });
}
