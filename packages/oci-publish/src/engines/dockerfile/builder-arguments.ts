import { formatBuildContext, type BuilderOptions, type CacheLocation } from '../options/builder-options';
import { contextSpellings } from './named-contexts';
import { csvLine } from './csv-line';

/** How a builder writes the place of a cache: BuildKit with a type, all others as the name of a repository or image. */
export type CacheStyle = 'typed' | 'plain';

/** The arguments of a build command for these options, before the context. */
export function builderArguments(options: BuilderOptions, caches: CacheStyle): readonly string[] {
  const cacheText = caches === 'typed' ? typedCache : plainCache;
  return [
    ...flags('--cache-from', options.cacheFrom?.map(cacheText)),
    ...flags('--cache-to', options.cacheTo?.map(cacheText)),
    ...flags(
      '--build-context',
      Object.entries(options.buildContexts ?? {}).flatMap(([name, source]) =>
        // BuildKit's client knows what they are short for.
        (caches === 'typed' ? [name] : contextSpellings(name)).map((spelling) => `${spelling}=${formatBuildContext(source)}`),
      ),
    ),
    ...flags(
      '--ssh',
      options.ssh?.map(({ id, paths }) => (paths.length === 0 ? id : `${id}=${paths.join(',')}`)),
    ),
    ...flags('--ulimit', options.ulimits),
    ...flags('--shm-size', options.shmSize === undefined ? [] : [options.shmSize]),
    ...flags('--add-host', options.addHosts),
    ...flags('--attest', options.attestations),
    ...(options.extraArguments ?? []),
  ];
}

/** Whether a build needs logins for caches. */
export function usesCaches({ cacheFrom = [], cacheTo = [] }: BuilderOptions): boolean {
  return [...cacheFrom, ...cacheTo].some(({ type }) => type === 'registry');
}

/** `type=registry,ref=…` */
export function typedCache({ type, attributes }: CacheLocation): string {
  return csvLine([`type=${type}`, ...Object.entries(attributes).map(([name, value]) => `${name}=${value}`)]);
}

function plainCache({ attributes }: CacheLocation): string {
  return attributes['ref'] ?? '';
}

function flags(name: string, values: readonly string[] = []): readonly string[] {
  return values.map((value) => `${name}=${value}`);
}
