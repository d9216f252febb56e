import { nearestName } from '@nx-oci/model';
import { z } from 'zod';

import { showKey, suggestName, type Finding, type YamlPath } from '../text/problem';
import { registriesSchema } from './registries-schema';

/** An unknown key, and the path of the key that was probably meant. */
export interface UnknownKey {
  readonly finding: Finding;
  readonly meant: YamlPath | undefined;
}

// What other tools and files call the keys of an entry.
const SYNONYMS: Readonly<Record<string, string>> = {
  url: 'host',
  server: 'host',
  registry: 'host',
  owner: 'namespace',
  organization: 'namespace',
  repository: 'namespace',
};
const MISPLACED: Readonly<Record<string, string>> = {
  insecure: 'use `plainHttp: true`, or `verify: false` under `tls`',
  ca: 'write it under `tls`',
  username: 'write it under `auth`',
  password: 'write it under `auth`, as a ${VARIABLE}',
  token: 'write it under `auth`, as a ${VARIABLE}',
};

/**
 * Explains a key that the schema does not know.
 *
 * @param present the keys that the same map has: none of them can be the intended one.
 */
export function explainUnknownKey(parent: YamlPath, key: string, present: readonly string[]): UnknownKey {
  const isEntry = parent[0] === 'registries' && parent.length === 2;
  const known = listKeys(parent);
  const open = known.filter((candidate) => !present.includes(candidate));
  const synonym = isEntry && Object.hasOwn(SYNONYMS, key) ? SYNONYMS[key] : undefined;
  const meant = open.find((candidate) => candidate === synonym) ?? nearestName(key, open);
  const fix = isEntry && Object.hasOwn(MISPLACED, key) ? MISPLACED[key] : undefined;
  // Under `auth` a word that resembles no key may be the secret itself.
  const shown = parent.includes('auth') && meant === undefined ? '' : ` ${showKey(key)}`;
  return {
    finding: { path: [...parent, key], part: 'key', what: `unknown key${shown}`, fix: fix ?? suggestName(meant, known) },
    meant: meant === undefined ? undefined : [...parent, meant],
  };
}

/** The keys that may stand in the map under a path. */
function listKeys(path: YamlPath): readonly string[] {
  const schema = path.reduce<unknown>((parent, step) => childOf(unwrap(parent), step), registriesSchema);
  const object = unwrap(schema);
  return object instanceof z.ZodObject ? Object.keys(object.shape) : [];
}

function childOf(schema: unknown, step: string | number): unknown {
  if (schema instanceof z.ZodObject) return (schema.shape as Readonly<Record<string | number, unknown>>)[step];
  if (schema instanceof z.ZodRecord) return schema.valueType;
  return schema instanceof z.ZodArray ? schema.element : undefined;
}

function unwrap(schema: unknown): unknown {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable ? unwrap(schema.unwrap()) : schema;
}
