import { isOciError, parseReference, nearestName } from '@nx-oci/model';

import { checkHost } from './check-host';
import { checkNamespace } from './check-namespace';
import { checkTagRules } from './check-tag-rules';
import { describeValue } from './values/describe-value';
import { findNameVariables } from './values/name-variables';
import { isPem } from './pem';
import { showKey, suggestName, type CheckedValue, type Diagnostic, type Finding, type YamlPath } from '../text/problem';
import { showValue } from './values/show-value';
import { keysAt, textsAt, textsUnder, valueAt } from './values/value-at';
import { checkVariables, hasVariables, isOnlyVariables } from './values/variables';

/** Finds one kind of mistake in the values of the file, whatever else is wrong with it. */
type Rule = (data: unknown) => readonly Finding[];

/** All that is wrong beyond the shape. A rule skips what has the wrong type or still holds variables. */
export function checkRules(data: unknown): readonly Finding[] {
  return RULES.flatMap((rule) => rule(data));
}

const SUGGESTIONS = 20;

const RULES: readonly Rule[] = [
  refuseBadNames,
  refuseBadHosts,
  refuseBadNamespaces,
  requireHubNamespace,
  refuseClearSecrets,
  refuseClearKeys,
  requireWholeLogins,
  refuseContradictingTls,
  refuseUnknownRegistries,
  refuseBadMirrorSources,
  refuseBadVariables,
  findNameVariables,
  checkTagRules,
];

function refuseBadNames(data: unknown): readonly Finding[] {
  // Names are given in comma lists on the command line and are parts of file names.
  return keysAt(data, ['registries'])
    .filter((name) => !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name))
    .map((name) =>
      at(['registries', name], 'key', { what: `${showKey(name)} is not a valid registry name`, fix: 'use letters, digits, . _ and -' }),
    );
}

function refuseBadHosts(data: unknown): readonly Finding[] {
  return checkEach(data, 'host', checkHost);
}

function refuseBadNamespaces(data: unknown): readonly Finding[] {
  return checkEach(data, 'namespace', checkNamespace);
}

function requireHubNamespace(data: unknown): readonly Finding[] {
  return entriesOf(data)
    .filter((entry) => valueAt(data, [...entry, 'host']) === 'docker.io' && valueAt(data, [...entry, 'namespace']) === undefined)
    .map((entry) =>
      at([...entry, 'host'], 'value', { what: '`namespace` is missing', fix: 'add your user or organisation on Docker Hub' }),
    );
}

function refuseClearSecrets(data: unknown): readonly Finding[] {
  return entriesOf(data)
    .flatMap((entry) => [...textsUnder(data, [...entry, 'auth', 'password']), ...textsUnder(data, [...entry, 'auth', 'token'])])
    .filter(({ text }) => !isOnlyVariables(text))
    .map(({ path }) =>
      at(path.slice(0, 4), 'value', {
        what: `\`${String(path[3])}\` contains a secret in clear text`,
        fix: 'write a variable alone, like ${REGISTRY_TOKEN}, or remove `auth` and use `docker login` or a credential helper; then revoke this secret',
      }),
    );
}

function requireWholeLogins(data: unknown): readonly Finding[] {
  return entriesOf(data).flatMap((entry) => {
    const path = [...entry, 'auth'];
    const keys = keysAt(data, path);
    const finding = (diagnostic: Diagnostic): readonly Finding[] => [at(path, 'key', diagnostic)];
    if (keys.includes('token') && (keys.includes('username') || keys.includes('password'))) {
      return finding({ what: '`auth` has both a token and a username with password', fix: 'keep one of the two' });
    }
    if (keys.includes('username') !== keys.includes('password')) {
      const missing = keys.includes('username') ? 'password' : 'username';
      return finding({ what: `\`auth\` has no ${missing}`, fix: `add \`${missing}\`` });
    }
    const isEmpty = keys.length === 0 && typeof valueAt(data, path) === 'object' && valueAt(data, path) !== null;
    return isEmpty ? finding({ what: '`auth` is empty', fix: 'add `username` and `password`, or remove it' }) : [];
  });
}

function refuseContradictingTls(data: unknown): readonly Finding[] {
  return entriesOf(data).flatMap((entry) => {
    const path = [...entry, 'tls'];
    const keys = keysAt(data, path);
    const findings: Finding[] = [];
    if (keys.length > 0 && valueAt(data, [...entry, 'plainHttp']) === true) {
      findings.push(at(path, 'key', { what: '`tls` and `plainHttp: true` exclude each other', fix: 'keep one of the two' }));
    }
    if (keys.includes('cert') !== keys.includes('key')) {
      const missing = keys.includes('cert') ? 'key' : 'cert';
      findings.push(at(path, 'key', { what: `\`tls\` has no \`${missing}\``, fix: 'a client certificate needs `cert` and `key`' }));
    }
    return findings;
  });
}

function refuseUnknownRegistries(data: unknown): readonly Finding[] {
  const names = keysAt(data, ['registries']);
  const known = new Set(names);
  const mirrors = valueAt(data, ['mirrors']);
  const targets = Array.isArray(mirrors) ? mirrors.flatMap((_, index) => textsAt(data, ['mirrors', index, 'to'])) : [];
  return [...textsAt(data, ['publish', 'registries']), ...targets]
    .filter(({ text }) => !known.has(text) && !hasVariables(text))
    .map(({ path, text }, index) => {
      // Each suggestion compares all names.
      const nearest = index < SUGGESTIONS ? nearestName(text, names) : undefined;
      const fix = names.length === 0 ? 'add it under `registries`' : suggestName(nearest, names);
      return at(path, 'value', { what: `unknown registry \`${showValue(text)}\``, fix });
    });
}

function refuseBadMirrorSources(data: unknown): readonly Finding[] {
  const mirrors = valueAt(data, ['mirrors']);
  if (!Array.isArray(mirrors)) return [];
  return mirrors
    .flatMap((_, index) => textsAt(data, ['mirrors', index, 'from']))
    .flatMap(({ path, text }) => {
      const diagnostic = hasVariables(text) ? undefined : checkReference(text);
      return diagnostic === undefined ? [] : [at(path, 'value', diagnostic)];
    });
}

function checkReference(text: string): Diagnostic | undefined {
  try {
    parseReference(text);
    return undefined;
  } catch (error) {
    if (!isOciError(error)) throw error;
    return { what: error.message, fix: error.hint ?? 'write it like docker.io/library/postgres:15' };
  }
}

function refuseBadVariables(data: unknown): readonly Finding[] {
  return textsUnder(data).flatMap(({ path, text }) => {
    const diagnostic = checkVariables(text);
    return diagnostic === undefined || isSecret(path) ? [] : [at(path, 'value', diagnostic)];
  });
}

function refuseClearKeys(data: unknown): readonly Finding[] {
  return entriesOf(data)
    .flatMap((entry) => textsAt(data, [...entry, 'tls', 'key']))
    .filter(({ text }) => isPem(text))
    .map(({ path }) =>
      at(path, 'value', {
        what: '`key` contains a private key in clear text',
        fix: 'write the path of its file, or a variable that holds it, like ${CLIENT_KEY}; then replace this key',
      }),
    );
}

// Already refused as clear text, with the better advice.
function isSecret(path: YamlPath): boolean {
  return path[2] === 'auth' && path[3] !== 'username';
}

function checkEach(data: unknown, key: string, check: (text: string) => CheckedValue | undefined): readonly Finding[] {
  return entriesOf(data)
    .flatMap((entry) => textsAt(data, [...entry, key]))
    .flatMap(({ path, text }) => {
      const found = hasVariables(text) ? undefined : check(text);
      return found === undefined ? [] : [at(path, 'value', describeValue(key, text, found))];
    });
}

function entriesOf(data: unknown): readonly YamlPath[] {
  return keysAt(data, ['registries']).map((name) => ['registries', name]);
}

function at(path: YamlPath, part: 'key' | 'value', diagnostic: Diagnostic): Finding {
  return { path, part, ...diagnostic };
}
