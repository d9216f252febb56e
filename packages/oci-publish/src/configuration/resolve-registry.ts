import { type Finding } from '../text/problem';
import { resolveAuth } from './auth';
import { registrySchema, type FailureMode, type RawRegistry } from './registries-schema';
import { type RegistryEntry } from './registry-entry';
import { resolveTls } from './tls';
import { resolveValues } from './values/resolve-values';
import { type Environment } from './values/variables';

/** The context in which an entry is resolved. */
export interface ResolveContext {
  readonly env: Environment;
  /** Absolute; the folder that paths of certificates are relative to. */
  readonly workspaceRoot: string;
  /** For entries without their own. */
  readonly onFailure: FailureMode;
}

/** A usable entry, or all problems with it. */
export type ResolvedRegistry =
  { readonly entry: RegistryEntry; readonly findings: readonly [] } | { readonly entry?: undefined; readonly findings: readonly Finding[] };

/** Replaces the variables of an entry and checks the result. */
export function resolveRegistry(name: string, raw: RawRegistry, context: ResolveContext): ResolvedRegistry {
  const at = ['registries', name];
  // These are not part of a name, and may be missing.
  const { auth, tls, ...named } = raw;
  const { value, findings } = resolveValues(registrySchema, named, at, context.env);
  const login = resolveAuth(auth, context.env);
  const certificates = resolveTls(tls, context);
  const ofParts = [...login.findings, ...certificates.findings].map((one): Finding => ({ ...one, path: [...at, ...one.path] }));
  if (value === undefined || ofParts.length > 0) return { findings: [...findings, ...ofParts] };
  const { host, namespace = '', trustedHosts = [], guard = true, onFailure = context.onFailure, plainHttp, tags } = value;
  return {
    findings: [],
    entry: {
      name,
      host,
      namespace: namespace.toLowerCase(),
      ...(login.auth && { auth: login.auth, authVariables: login.authVariables ?? [] }),
      ...(login.authSkipped !== undefined && { authSkipped: login.authSkipped }),
      ...(plainHttp !== undefined && { plainHttp }),
      ...(tls && { tls: certificates.tls }),
      trustedHosts,
      guard,
      ...(tags && { tags }),
      onFailure,
    },
  };
}
