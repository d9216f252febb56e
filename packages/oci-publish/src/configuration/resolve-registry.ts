import { existsSync } from 'node:fs';
import path from 'node:path';

import { checkHost } from './check-host';
import { checkNamespace } from './check-namespace';
import { describeValue } from './values/describe-value';
import { checkNameValues } from './values/name-variables';
import { isPem, normalizePem } from './pem';
import { REGISTRIES_FILE, type CheckedValue, type Diagnostic, type Finding } from '../text/problem';
import { type RawRegistry } from './registries-schema';
import { type FailureMode, type PemSource, type RegistryAuth, type RegistryEntry, type RegistryTls } from './registry-entry';
import { type WrittenTagRule } from '../tags/rules/tag-rule-schema';
import { findBadTags, replaceInside } from './resolve-publish';
import { showValue } from './values/show-value';
import { describeUnset, listVariables, replaceVariables, type Environment } from './values/variables';

/** What an entry is resolved against. */
export interface ResolveContext {
  readonly env: Environment;
  /** Absolute; the folder that paths of certificates are relative to. */
  readonly workspaceRoot: string;
  /** For an entry that does not say. */
  readonly onFailure: FailureMode;
}

/** An entry that is ready, or everything that keeps it from being so. */
export type ResolvedRegistry =
  { readonly entry: RegistryEntry; readonly findings: readonly [] } | { readonly entry?: undefined; readonly findings: readonly Finding[] };

/** Replaces the variables of one entry and checks what came out of them. */
export function resolveRegistry(name: string, raw: RawRegistry, context: ResolveContext): ResolvedRegistry {
  const findings: Finding[] = [];
  const reportProblem = (keys: readonly string[], diagnostic: Diagnostic | undefined): void => {
    if (diagnostic !== undefined) findings.push({ path: ['registries', name, ...keys], part: 'value', ...diagnostic });
  };
  const replace = (keys: readonly string[], text: string, check: (text: string) => CheckedValue | undefined): string => {
    const { text: value, unset } = replaceVariables(text, context.env);
    const isValueSecret = checkNameValues(listVariables(text), context.env);
    const found = unset.length === 0 && isValueSecret === undefined ? check(value) : undefined;
    reportProblem(
      keys,
      unset.length > 0 ? describeUnset(unset) : (isValueSecret ?? (found && describeValue(String(keys[0]), text, found))),
    );
    return value;
  };
  const host = replace(['host'], raw.host, checkHost);
  const namespace = replace(['namespace'], raw.namespace ?? '', checkNamespace).toLowerCase();
  const trustedHosts = (raw.trustedHosts ?? []).map((text, index) => replace(['trustedHosts', String(index)], text, checkHost));
  const tls = raw.tls && resolveTls(raw.tls, (key, text) => resolvePem(key, text, context, reportProblem));
  const auth = resolveAuth(raw.auth, context.env, reportProblem);
  findings.push(...findBadTags(raw.tags, ['registries', name, 'tags'], context.env));
  if (findings.length > 0) return { findings };
  return {
    findings: [],
    entry: {
      name,
      host,
      namespace,
      ...auth,
      ...(raw.plainHttp !== undefined && { plainHttp: raw.plainHttp }),
      ...(tls && { tls }),
      trustedHosts,
      guard: raw.guard ?? true,
      ...(raw.tags && { tags: replaceInside(raw.tags, context.env) as readonly WrittenTagRule[] }),
      onFailure: raw.onFailure ?? context.onFailure,
    },
  };
}

type RawAuth = NonNullable<RawRegistry['auth']>;
type ReportProblem = (keys: readonly string[], diagnostic: Diagnostic | undefined) => void;

/**
 * A login whose variables are all unset is no login: the same file serves a CI job, which has the variables, and a desk,
 * where `docker login` was called. One that is there by half is a mistake.
 */
function resolveAuth(
  raw: RawAuth | undefined,
  env: Environment,
  reportProblem: ReportProblem,
): { auth?: RegistryAuth; authSkipped?: string } {
  if (raw === undefined) return {};
  const { username, password, token } = raw;
  const texts = [username, password, token].filter((text) => text !== undefined);
  const names = [...new Set(texts.flatMap(listVariables))];
  const unset = [...new Set(texts.flatMap((text) => replaceVariables(text, env).unset))];
  if (unset.length > 0 && unset.length === names.length) {
    return { authSkipped: `auth in ${REGISTRIES_FILE} (${unset.join(', ')} ${unset.length === 1 ? 'is' : 'are'} not set)` };
  }
  for (const key of ['username', 'password', 'token'] as const) {
    const missing = replaceVariables(raw[key] ?? '', env).unset;
    if (missing.length > 0) reportProblem(['auth', key], describeUnset(missing));
  }
  const value = (text: string): string => replaceVariables(text, env).text;
  if (token !== undefined) return { auth: { token: value(token) } };
  return { auth: { username: value(username ?? ''), password: value(password ?? '') } };
}

type RawTls = NonNullable<RawRegistry['tls']>;

function resolveTls(raw: RawTls, resolve: (key: string, text: string) => PemSource): RegistryTls {
  return {
    ...(raw.ca !== undefined && { ca: resolve('ca', raw.ca) }),
    ...(raw.cert !== undefined && { cert: resolve('cert', raw.cert) }),
    ...(raw.key !== undefined && { key: resolve('key', raw.key) }),
    ...(raw.verify !== undefined && { verify: raw.verify }),
  };
}

/** A variable may hold the PEM itself, as CI systems keep it, or the path of a file. */
function resolvePem(key: string, written: string, { env, workspaceRoot }: ResolveContext, reportProblem: ReportProblem): PemSource {
  const { text, unset } = replaceVariables(written, env);
  if (isPem(text)) return { pem: normalizePem(text) };
  const file = path.resolve(workspaceRoot, text);
  if (unset.length > 0) reportProblem(['tls', key], describeUnset(unset));
  else if (text.includes('\0') || !existsSync(file)) {
    const fix = 'give its path from the workspace root, or a variable that holds the PEM itself';
    reportProblem(['tls', key], { what: `the file \`${showValue(written)}\` does not exist`, fix });
  }
  return { file };
}
