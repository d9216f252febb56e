import { z } from 'zod';

import { closedMap, refuse, refuseMap, refuseWritten, type ValueProblem } from '../text/describe-issue';
import { type Diagnostic, REGISTRIES_FILE, type Finding, type YamlPath } from '../text/problem';
import { fileText } from './values/file-text';
import { textsUnder } from './values/value-at';
import { describeUnset, isOnlyVariables, listVariables, replaceVariables, type Environment } from './values/variables';

/** A login, as written. One map instead of a union, so that messages can say what is missing. */
export const authSchema = closedMap({
  username: fileText.optional().meta({ description: 'User name, or a variable: ${GITHUB_ACTOR}.', examples: ['${GITHUB_ACTOR}'] }),
  password: secret('password')
    .optional()
    .meta({
      description: 'A variable that holds the password or access token: ${GITHUB_TOKEN}. Never the secret itself.',
      examples: ['${GITHUB_TOKEN}'],
    }),
  token: secret('token')
    .optional()
    .meta({ description: 'Instead of username and password: a variable that holds a bearer token.', examples: ['${REGISTRY_TOKEN}'] }),
})
  .check(refuseMap(requireWholeLogin), refuse(refuseEmptyLogin))
  .describe('How to log in. Without it, or where its variables are unset, Docker and Podman logins of this machine are used.');

/** A login; kept in memory only, never printed. */
export type RegistryAuth = { readonly username: string; readonly password: string } | { readonly token: string };

/** A list or a map may contain one, too. */
function secret(key: string) {
  const problem = {
    what: `\`${key}\` contains a secret in clear text`,
    fix: 'write a variable alone, like ${REGISTRY_TOKEN}, or remove `auth` and use `docker login` or a credential helper; then revoke this secret',
  };
  const isSecret = (written: unknown) =>
    ['number', 'boolean', 'bigint'].includes(typeof written) || !textsUnder(written).every(({ text }) => isOnlyVariables(text));
  return z.string().check(refuseWritten((written) => (isSecret(written) ? [problem] : [])));
}

function requireWholeLogin(auth: Readonly<Record<string, unknown>>): readonly ValueProblem[] {
  const [hasToken, hasName, hasPassword] = ['token', 'username', 'password'].map((key) => key in auth);
  if (hasToken === true && (hasName === true || hasPassword === true)) {
    return [{ isKey: true, what: '`auth` has both a token and a username with password', fix: 'keep one of the two' }];
  }
  if (hasName === hasPassword) return [];
  const missing = hasName === true ? 'password' : 'username';
  return [{ isKey: true, missing: [missing], what: `\`auth\` has no ${missing}`, fix: `add \`${missing}\`` }];
}

function refuseEmptyLogin(auth: object): readonly ValueProblem[] {
  if (Object.keys(auth).length > 0) return [];
  return [{ isKey: true, what: '`auth` is empty', fix: 'add `username` and `password`, or remove it' }];
}

/**
 * If no variable of a login is set, there is no login: the same file is used in CI, where the variables are set, and on a
 * developer's machine, where `docker login` was called. If only some are set, that is an error.
 */
export function resolveAuth(
  raw: z.output<typeof authSchema> | undefined,
  env: Environment,
): {
  readonly auth?: RegistryAuth;
  readonly authVariables?: readonly string[];
  readonly authSkipped?: string;
  readonly findings: readonly Finding[];
} {
  if (raw === undefined) return { findings: [] };
  const texts = textsUnder(raw).map(({ path, text }) => ({ path, names: listVariables(text), ...replaceVariables(text, env) }));
  const names = new Set(texts.flatMap((text) => text.names));
  const unset = [...new Set(texts.flatMap((text) => text.unset))];
  if (unset.length > 0 && unset.length === names.size) {
    return { findings: [], authSkipped: `auth in ${REGISTRIES_FILE} (${unset.join(', ')} ${unset.length === 1 ? 'is' : 'are'} not set)` };
  }
  const missing = texts.filter((text) => text.unset.length > 0);
  const findings = missing.map(({ path, unset: own }): Finding => ({
    path: ['auth', ...path],
    part: 'value',
    ...describeMissing(path, own),
  }));
  const value = (text = ''): string => replaceVariables(text, env).text;
  const { username, password, token } = raw;
  const auth = token === undefined ? { username: value(username), password: value(password) } : { token: value(token) };
  return { findings, auth, authVariables: [...names] };
}

/** A password has no default, which would be a secret in clear text. */
function describeMissing(path: YamlPath, unset: readonly string[]): Diagnostic {
  const diagnostic = describeUnset(unset);
  return path[0] === 'username' ? diagnostic : { ...diagnostic, fix: `set ${unset.length === 1 ? 'it' : 'them'}` };
}
