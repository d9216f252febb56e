import { nearestName } from '@nx-oci/model';

import { showKey, suggestName, type Finding, type YamlPath } from '../text/problem';

/** An unknown key, and the path of the key that was probably intended. */
export interface UnknownKey {
  readonly finding: Finding;
  readonly meant: YamlPath | undefined;
}

// Names that other tools and files use for these keys.
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

/** The keys that a map accepts, and those it already has, which cannot be the intended one. */
interface MapKeys {
  readonly known: readonly string[];
  readonly present: readonly string[];
}

/** Explains a key that the schema does not know. */
export function explainUnknownKey(parent: YamlPath, key: string, { known, present }: MapKeys): UnknownKey {
  const isEntry = parent[0] === 'registries' && parent.length === 2;
  const open = known.filter((candidate) => !present.includes(candidate));
  const synonym = isEntry && Object.hasOwn(SYNONYMS, key) ? SYNONYMS[key] : undefined;
  const meant = open.find((candidate) => candidate === synonym) ?? nearestName(key, open);
  const fix = isEntry && Object.hasOwn(MISPLACED, key) ? MISPLACED[key] : undefined;
  // Under `auth`, an unknown key that resembles no other may be the secret itself.
  const shown = parent.includes('auth') && meant === undefined ? '' : ` ${showKey(key)}`;
  return {
    finding: { path: [...parent, key], part: 'key', what: `unknown key${shown}`, fix: fix ?? suggestName(meant, known) },
    meant: meant === undefined ? undefined : [...parent, meant],
  };
}
