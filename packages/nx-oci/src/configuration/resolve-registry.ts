import { existsSync } from 'node:fs';
import path from 'node:path';

import { checkHost } from './check-host';
import { checkNamespace } from './check-namespace';
import { REGISTRIES_FILE, type Complaint, type Finding } from './problem';
import { type RawRegistry } from './registries-schema';
import { type FailureMode, type RegistryAuth, type RegistryEntry, type RegistryTls } from './registry-entry';
import { type WrittenTagRule } from '../tags/written-tag-rule';
import { replaceInside } from './resolve-publish';
import { textsUnder } from './value-at';
import { complainUnset, listVariables, replaceVariables, type Environment } from './variables';

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
  const complain = (keys: readonly string[], complaint: Complaint | undefined): void => {
    if (complaint !== undefined) findings.push({ path: ['registries', name, ...keys], part: 'value', ...complaint });
  };
  const replace = (keys: readonly string[], text: string, check?: (text: string) => Complaint | undefined): string => {
    const replaced = replaceVariables(text, context.env);
    complain(keys, replaced.unset.length > 0 ? complainUnset(replaced.unset) : check?.(replaced.text));
    return replaced.text;
  };
  const host = replace(['host'], raw.host, checkHost);
  const namespace = replace(['namespace'], raw.namespace ?? '', checkNamespace).toLowerCase();
  const trustedHosts = (raw.trustedHosts ?? []).map((text, index) => replace(['trustedHosts', String(index)], text, checkHost));
  const tls = raw.tls && resolveTls(raw.tls, (key, text) => resolveFile(replace(['tls', key], text), key, context, complain));
  const auth = resolveAuth(raw.auth, context.env, complain);
  for (const { path: keys, text } of textsUnder({ tags: raw.tags })) replace(keys.map(String), text);
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
type Complain = (keys: readonly string[], complaint: Complaint | undefined) => void;

/**
 * A login whose variables are all unset is no login: the same file serves a CI job, which has the variables, and a desk,
 * where `docker login` was called. One that is there by half is a mistake.
 */
function resolveAuth(raw: RawAuth | undefined, env: Environment, complain: Complain): { auth?: RegistryAuth; authSkipped?: string } {
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
    if (missing.length > 0) complain(['auth', key], complainUnset(missing));
  }
  const value = (text: string): string => replaceVariables(text, env).text;
  if (token !== undefined) return { auth: { token: value(token) } };
  return { auth: { username: value(username ?? ''), password: value(password ?? '') } };
}

type RawTls = NonNullable<RawRegistry['tls']>;

function resolveTls(raw: RawTls, resolveFileOf: (key: string, text: string) => string): RegistryTls {
  return {
    ...(raw.ca !== undefined && { ca: resolveFileOf('ca', raw.ca) }),
    ...(raw.cert !== undefined && { cert: resolveFileOf('cert', raw.cert) }),
    ...(raw.key !== undefined && { key: resolveFileOf('key', raw.key) }),
    ...(raw.verify !== undefined && { verify: raw.verify }),
  };
}

function resolveFile(text: string, key: string, { workspaceRoot }: ResolveContext, complain: Complain): string {
  const file = path.resolve(workspaceRoot, text);
  if (!existsSync(file)) complain(['tls', key], { what: `the file ${text} is not there`, fix: 'give its path from the workspace root' });
  return file;
}
