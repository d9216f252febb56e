import { isSecretName, knownSecrets } from '@nx-oci/model';

import { type Diagnostic, type Finding, type YamlPath } from '../../text/problem';
import { credentialVariables } from './credential-variables';
import { keysAt, textsAt, textsUnder, valueAt, type TextAt } from './value-at';
import { listVariables, type Environment } from './variables';

/** `{env.NAME}` of templates. */
const TEMPLATE_VARIABLE = /\{env\.([A-Za-z_]\w*)\}/g;

/** The parts of registries.yaml that decide which variables may be used in names. */
export interface NameVariables {
  readonly credentials: ReadonlySet<string>;
  /** `publish.env`: variables that may be public. */
  readonly listed: ReadonlySet<string>;
}

/** @param data registries.yaml as plain values, whatever its shape. */
export function readNameVariables(data: unknown): NameVariables {
  return { credentials: credentialVariables(data), listed: new Set(textsAt(data, ['publish', 'env']).map(({ text }) => text)) };
}

/** Names of the variables that a tag, or a template of tags, takes from the environment. */
export function listTagVariables(text: string): readonly string[] {
  return [...new Set([...listVariables(text), ...[...text.matchAll(TEMPLATE_VARIABLE)].map(([, name]) => name ?? '')])];
}

/** Refuses variables that must not become part of a name, which is public. Tags accept only listed variables. */
export function checkNameVariables(
  names: readonly string[],
  isTag: boolean,
  { credentials, listed }: NameVariables,
): Diagnostic | undefined {
  const secret = names.find((name) => credentials.has(name));
  if (secret !== undefined)
    return { what: `the variable ${secret} contains a credential, and names are public`, fix: 'use another variable' };
  // A variable named like a secret is one until the user lists it.
  const missing = names.filter((name) => (isTag || isSecretName(name)) && !listed.has(name));
  if (missing.length === 0) return undefined;
  return {
    what: `${missing.join(', ')} is not listed in \`publish.env\`, and names are public`,
    fix: `if ${missing.length === 1 ? 'it' : 'they'} may be public, write \`env: [${[...new Set([...listed, ...missing])].join(', ')}]\` under \`publish\` in registries.yaml`,
  };
}

/** Refuses variables whose values are credentials of this run, whatever they are called. */
export function checkNameValues(names: readonly string[], env: Environment): Diagnostic | undefined {
  const secret = names.find((name) => knownSecrets().has(env[name] ?? '') || knownSecrets().isInName(env[name] ?? ''));
  if (secret === undefined) return undefined;
  return { what: `the variable ${secret} has the value of a credential, and names are public`, fix: 'use another variable' };
}

/** All paths of the file whose texts become part of a name, and may contain variables. */
export function findNameVariables(data: unknown): readonly Finding[] {
  const allowed = readNameVariables(data);
  const check =
    (isTag: boolean) =>
    ({ path, text }: TextAt): readonly Finding[] => {
      const diagnostic = text.includes('{')
        ? checkNameVariables(isTag ? listTagVariables(text) : listVariables(text), isTag, allowed)
        : undefined;
      return diagnostic === undefined ? [] : [{ path, part: 'value', ...diagnostic }];
    };
  const entries = keysAt(data, ['registries']).map((name): YamlPath => ['registries', name]);
  const mirrors = valueAt(data, ['mirrors']);
  const mirrored = Array.isArray(mirrors) ? mirrors.map((_, index): YamlPath => ['mirrors', index]) : [];
  return [
    ...entries.flatMap((entry) =>
      ['host', 'namespace', 'trustedHosts'].flatMap((key) => textsAt(data, [...entry, key])).flatMap(check(false)),
    ),
    ...entries.flatMap((entry) => textsUnder(data, [...entry, 'tags']).flatMap(check(true))),
    ...['tags', 'prefix'].flatMap((key) => textsUnder(data, ['publish', key])).flatMap(check(true)),
    ...mirrored.flatMap((mirror) => ['from', 'to', 'tags'].flatMap((key) => textsAt(data, [...mirror, key])).flatMap(check(false))),
  ];
}
