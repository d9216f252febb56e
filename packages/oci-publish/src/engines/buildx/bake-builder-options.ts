import { typedCache } from '../dockerfile/builder-arguments';
import { csvLine } from '../dockerfile/csv-line';
import { contextName } from '../dockerfile/named-contexts';
import { formatBuildContext, type BuilderOptions, type PushTarget } from '../options/builder-options';
import type { DockerfileOptions } from '../options/dockerfile-options';
import type { BakeTarget } from './bake-fields';

// An attestation turns a single image into an index, and contains times: the digest would change with every build.
const NO_ATTESTATIONS = ['type=provenance,disabled=true', 'type=sbom,disabled=true'];

/** The fields of a bake target for the options that builders have in common. */
export function builderFields(options: BuilderOptions): BakeTarget {
  const { cacheFrom, cacheTo, ssh, ulimits, shmSize, addHosts, attestations } = options;
  const kindsOf = (lines: readonly string[]) => lines.map((line) => line.split(',', 1)[0]);
  const attest = NO_ATTESTATIONS.filter((line) => !kindsOf(attestations ?? []).includes(line.split(',', 1)[0]));
  return {
    'cache-from': cacheFrom?.map(typedCache),
    'cache-to': cacheTo?.map(typedCache),
    ssh: ssh?.map(({ id, paths }) => (paths.length === 0 ? id : `${id}=${paths.join(',')}`)),
    ulimits,
    'shm-size': shmSize,
    'extra-hosts': addHosts && Object.fromEntries(addHosts.map(splitHost)),
    pull: options.pull,
    attest: [...(attestations ?? []), ...attest],
  };
}

/** As texts that bake reads. */
export function contextTexts({ buildContexts = {} }: BuilderOptions): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(buildContexts).map(([name, source]) => [contextName(name), formatBuildContext(source)]));
}

/** Where a builder puts the image: into a folder here, or into a registry, under its digest only. */
export function outputLine({ pushTo, compression }: DockerfileOptions, folder: string): string {
  if (pushTo === undefined) return csvLine(['type=oci', 'tar=false', `dest=${folder}`]);
  return csvLine([
    'type=image',
    `name=${formatPushTarget(pushTo)}`,
    ...['push=true', 'push-by-digest=true', 'name-canonical=true', 'oci-mediatypes=true'],
    ...(pushTo.isInsecure ? ['registry.insecure=true'] : []),
    ...(compression === undefined ? [] : [`compression=${compression}`]),
  ]);
}

/** `host[:port]/repository` */
export function formatPushTarget({ registry, repository }: Pick<PushTarget, 'registry' | 'repository'>): string {
  return `${registry}/${repository}`;
}

/** The address may contain colons. */
function splitHost(text: string): readonly [string, string] {
  const [name = ''] = text.split(':', 1);
  return [name, text.slice(name.length + 1)];
}
