import { type ImageReference } from '@nx-oci/model';

import { type RegistryEntry } from '../../configuration/registry-entry';

const OFFICIAL_IMAGE = /^library\//;

/**
 * The name that a copy has below a registry's namespace.
 *
 * What stands below the namespace of a known registry keeps its name there: promoting `dev/team/api` to a registry with
 * the namespace `prod` gives `prod/api`. Anything else keeps its whole path, `library/` of Docker Hub left away, so that
 * two images of different owners never share a name.
 */
export function chooseImageName({ registry, repository }: ImageReference, known: readonly RegistryEntry[]): string {
  const prefixes = known
    .filter(({ host, namespace }) => host === registry && repository.startsWith(`${namespace}/`))
    .map(({ namespace }) => namespace.length + 1);
  if (prefixes.length > 0) return repository.slice(Math.max(...prefixes));
  return registry === 'docker.io' ? repository.replace(OFFICIAL_IMAGE, '') : repository;
}
