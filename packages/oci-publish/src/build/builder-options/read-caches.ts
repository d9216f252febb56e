import { nearestName, parseReference } from '@nx-oci/model';

import { csvFields } from '../../engines/dockerfile/csv-line';
import type { CacheLocation } from '../../engines/options/builder-options';
import type { DockerfileEngine } from '../../engines/options/engine-names';
import { suggestName } from '../../text/problem';
import { attempt, type ReportProblem } from '../option-problems';

interface CacheOption {
  readonly option: 'cacheFrom' | 'cacheTo';
  readonly engine: DockerfileEngine;
  readonly reportProblem: ReportProblem;
}

// @see https://docs.docker.com/build/cache/backends/
const CACHE_TYPES = ['registry', 'local', 'gha', 's3', 'azblob', 'inline'];

// BuildKit's client takes them from the environment instead.
const SECRET_ATTRIBUTES: Readonly<Record<string, string>> = {
  token: 'ACTIONS_RUNTIME_TOKEN',
  access_key_id: 'AWS_ACCESS_KEY_ID',
  secret_access_key: 'AWS_SECRET_ACCESS_KEY',
  session_token: 'AWS_SESSION_TOKEN',
  ghtoken: 'GITHUB_TOKEN',
};

/** Reads `type=registry,ref=…` and the like; a reference alone is a cache in a registry. */
export function readCaches(written: readonly string[] = [], { option, engine, reportProblem }: CacheOption): readonly CacheLocation[] {
  return written.flatMap((text, index) => {
    const name = `${option}[${index}]`;
    const cache = parseCache(text);
    if (cache === undefined) {
      reportProblem(`\`${name}\` cannot be read → write type=registry,ref=ghcr.io/acme/cache, or the reference alone`);
      return [];
    }
    checkCache(cache, { option, engine, reportProblem, name });
    return [cache];
  });
}

function parseCache(text: string): CacheLocation | undefined {
  const fields = csvFields(text);
  if (fields === undefined || fields.length === 0) return undefined;
  if (fields.length === 1 && !fields[0]?.includes('=')) return { type: 'registry', attributes: { ref: fields[0] ?? '' } };
  if (!fields.every((field) => /^[\w-]+=/.test(field))) return undefined;
  const { type, ...attributes } = Object.fromEntries(
    // Builders read them in any case.
    fields.map((field) => [(field.split('=', 1)[0] ?? '').toLowerCase(), field.slice(field.indexOf('=') + 1)]),
  );
  return type === undefined ? undefined : { type, attributes };
}

function checkCache(
  { type, attributes }: CacheLocation,
  { option, engine, reportProblem, name }: CacheOption & { readonly name: string },
): void {
  if (!CACHE_TYPES.includes(type))
    reportProblem(`\`${name}\`: the type ${type} is unknown → ${suggestName(nearestName(type, CACHE_TYPES), CACHE_TYPES)}`);
  for (const attribute of Object.keys(attributes)) {
    const variable = SECRET_ATTRIBUTES[attribute];
    if (variable !== undefined)
      reportProblem(`\`${name}\`: ${attribute} would be visible to others → remove it, and set the variable ${variable}`);
  }
  const needed = type === 'registry' ? 'ref' : type === 'local' ? (option === 'cacheFrom' ? 'src' : 'dest') : undefined;
  if (needed !== undefined && attributes[needed] === undefined) reportProblem(`\`${name}\` has no ${needed} → add ${needed}=…`);
  const { ref } = attributes;
  const reference = type === 'registry' && ref !== undefined ? attempt(name, () => parseReference(ref), reportProblem) : undefined;
  if (engine !== 'podman' && engine !== 'buildah') return;
  if (type !== 'registry')
    reportProblem(`\`${name}\`: ${engine} has no cache of type ${type} → use a registry, or set \`engine\` to docker or buildx`);
  const others = Object.keys(attributes).filter(
    (attribute) => attribute !== 'ref' && attribute !== 'mode' && !(attribute in SECRET_ATTRIBUTES),
  );
  if (type === 'registry' && others.length > 0) reportProblem(`\`${name}\`: ${engine} does not know ${others.join(', ')} → remove it`);
  // It names the image of each step by itself.
  if (ref !== undefined && (reference?.digest !== undefined || /:[^/]*$/.test(ref.replace(/^[^/]*\//, ''))))
    reportProblem(`\`${name}\`: ${engine} takes a repository without a tag → write ${ref.replace(/[:@][^/]*$/, '')}`);
}
