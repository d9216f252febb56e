import { type WrittenTagRule } from '../tags/rules/tag-rule-schema';
import { type RegistryAuth } from './auth';
import { type FailureMode } from './registries-schema';
import { type RegistryTls } from './tls';

/** One registry of registries.yaml with its variables replaced, ready to be used. */
export interface RegistryEntry {
  readonly name: string;
  /** `host[:port]`, without a scheme. */
  readonly host: string;
  /** Path below the host, lower-cased, without slashes at its ends; `''` if there is none. */
  readonly namespace: string;
  readonly auth?: RegistryAuth;
  /** Names of the variables that `auth` came from. */
  readonly authVariables?: readonly string[];
  /** Why `auth` is not there although the file has one, to be quoted when a login is missing: `auth in registries.yaml (GITHUB_TOKEN is not set)`. */
  readonly authSkipped?: string;
  /** Absent: decided by the host (plain HTTP for loopback only). */
  readonly plainHttp?: boolean;
  readonly tls?: RegistryTls;
  /** `host[:port]` of servers with another name that belong to the registry. */
  readonly trustedHosts: readonly string[];
  /** Whether floating tags move only from the default branch or for a release, and from a clean tree. */
  readonly guard: boolean;
  /** Tags that replace those of projects and of `publish`; variables are replaced. */
  readonly tags?: readonly WrittenTagRule[];
  /** What happens to the other registries of an image if this one fails. */
  readonly onFailure: FailureMode;
}
